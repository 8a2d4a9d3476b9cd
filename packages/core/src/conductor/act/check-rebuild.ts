import type { AtCell } from '../deps.ts'
import type { ActionRequest } from '../../lifecycle/index.ts'
import type { Failed, Parked, StepContext } from '../../saga/index.ts'
import type { HostName, NodeName } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import { decideFor } from '../create/decide.ts'
import { failed } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'
import { later } from '../../domain/unit/units.ts'
import { noValidHost } from '../create/no-valid-host.ts'
import { wantedAgain } from '../wanted-again.ts'

/**
 * Another image may be one that its host must not have: the filters that judge images are asked before anything is done
 * (nova/conductor/manager.py, `rebuild_instance`; OSSA-2017-005). Null where they let it be.
 */
export async function checkRebuild(
  { deps, cell }: AtCell,
  { request, operation, now }: StepContext<ActionRequest>,
  row: InstanceRow,
  host: HostName,
): Promise<Failed | Parked<'cell'> | null> {
  const { before } = (request.options ?? {}) as { readonly before?: unknown }
  if (request.action !== 'rebuild' || before === undefined || before === null) return null
  const node = row.node === null ? null : id<NodeName>(row.node)
  const key = `${operation.id}/check`
  const occasion = { key, seed: key, cell, checkType: 'rebuild' } as const
  const decision = await decideFor(deps, [wantedAgain(row, operation.id, host, node)], [], occasion)
  deps.holds.drop(key)
  if (decision.kind === 'placed') return null
  return deps.view.uncertain()
    ? { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    : failed(noValidHost(decision))
}
