import type { ActionRequest } from '../../lifecycle/index.ts'
import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Step } from '../../saga/index.ts'

/** Where guest actions happen, and with what. */
export interface Stand {
  readonly deps: ConductorDeps
  readonly cell: CellId
}

export type ActionStep = Step<'cell', ActionRequest>
