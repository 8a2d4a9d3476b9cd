import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { ResizeRequest } from '../../lifecycle/index.ts'
import { isOnItsWay } from '../is-on-its-way.ts'

/** The guest's epochs on its way: where it was left, where it arrives, and where it was left once it is back. */
export const arrivesAt = (epoch: number): number => epoch + 1
export const returnsAt = (epoch: number): number => epoch + 2

/**
 * Whether the server is still where the resize has brought it. Whoever took its task state away has overtaken it, and
 * finds it where it is: nothing is brought back then.
 */
export const isUnderWay = (row: InstanceRow, request: ResizeRequest): boolean => isOnItsWay('resize', row, request, 2)

/** Whether its host is the one it goes to. */
export const isThere = (row: Pick<InstanceRow, 'epoch'>, { epoch }: { readonly epoch: number }): boolean =>
  row.epoch === arrivesAt(epoch)
