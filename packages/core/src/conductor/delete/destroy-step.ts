import type { AtCell } from '../deps.ts'
import type { DeleteStep } from './request.ts'
import type { DestroyPayload } from '../../rpc/orders/destroy.ts'
import type { HostName } from '../../domain/ids.ts'
import { bury } from '../../storage/cell/tombstones.ts'
import { commandTo } from '../command-to.ts'
import { done } from '../../saga/index.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { later, millis } from '../../domain/unit/units.ts'

/** The host removes the guest. A host that is down is told when it comes back. */
export function destroyStep(at: AtCell): DeleteStep {
  const { deps, cell } = at
  return {
    name: 'destroy',
    run: async ({ request, report, operation, now }) => {
      if (report?.outcome.kind === 'done') return done()
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || row.host === null) return done('it is on no host')
      const host = id<HostName>(row.host)
      const { epoch } = row
      if (await hostIsDown(at, host)) return done('the host is down', (tx) => bury(tx, request.server, host, epoch))
      const payload: DestroyPayload = { nics: await deps.networks.list(request.server) }
      const { server } = request
      const command = commandTo({
        operation: operation.id,
        host,
        node: row.node,
        server,
        epoch,
        order: 'destroy',
        payload,
      })
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}
