import type { AtCell, ConductorDeps } from '../deps.ts'
import type { AttachInterfaceRequest, DetachInterfaceRequest } from '../../lifecycle/index.ts'
import type { CellId, HostName } from '../../domain/ids.ts'
import type { InterfacePayload } from '../../rpc/orders/interfaces.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { Saga, Step } from '../../saga/index.ts'
import { ATTACH_INTERFACE, DETACH_INTERFACE } from '../../lifecycle/index.ts'
import { done, failed } from '../../saga/index.ts'
import { guestStanding } from './request.ts'
import { guestStep } from './guest-step.ts'
import { id } from '../../domain/ids.ts'
import { networkErrors } from '../../domain/network/errors.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { settleAsDone, settleAsFailed } from './settle.ts'
import { turnStep } from './turn-step.ts'

/** Gives a server one more port, and its guest the NIC (nova/compute/manager.py, `attach_interface`). */
export function attachInterfaceSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', AttachInterfaceRequest> {
  const at: AtCell = { deps, cell }
  const payload = async ({ output }: { output<T>(step: string): T }): Promise<InterfacePayload> => ({
    nic: output<Nic>('port'),
  })
  return {
    kind: ATTACH_INTERFACE,
    store: 'cell',
    steps: [
      turnStep(at, (tx, operation, { server }) => settleAsFailed(tx, deps.ids, operation, server, 'interface_attach')),
      portStep(at),
      guestStep<AttachInterfaceRequest>(
        at,
        'plug',
        { order: 'attach-interface', payload },
        { order: 'detach-interface', payload },
        ({ operation, request: { server } }) =>
          (tx) =>
            settleAsDone(tx, deps.ids, operation, server, 'interface_attach'),
      ),
    ],
  }
}

/** The port is the server's, bound to its host. What was made is freed again, what was brought only unbound. */
function portStep({ deps, cell }: AtCell): Step<'cell', AttachInterfaceRequest> {
  return {
    name: 'port',
    run: async ({ operation, request }) => {
      const { server, epoch, wanted } = request
      const standing = await deps.cells.get(cell).read((tx) => guestStanding(tx, request))
      if (standing === null || standing.leaves !== null)
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      const host = id<HostName>(standing.row.host ?? '')
      const nic = await deps.networks.attach(server, wanted, { host, epoch, key: operation.id })
      return done(nic as never)
    },
    undo: async ({ operation, request: { server } }) => {
      await deps.networks.giveUp(server, operation.id)
      return done()
    },
  }
}

/** Takes a NIC from a server's guest, and then its port (nova/compute/manager.py, `detach_interface`). */
export function detachInterfaceSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', DetachInterfaceRequest> {
  const at: AtCell = { deps, cell }
  const payload = async ({ request }: { readonly request: DetachInterfaceRequest }): Promise<InterfacePayload> => {
    const { server, port } = request
    const nic = (await deps.networks.list(server)).find((one) => one.port === port)
    if (nic === undefined) throw networkErrors.port_not_found({ port })
    return { nic }
  }
  return {
    kind: DETACH_INTERFACE,
    store: 'cell',
    steps: [
      turnStep(at, (tx, operation, { server }) => settleAsFailed(tx, deps.ids, operation, server, 'interface_detach')),
      guestStep<DetachInterfaceRequest>(
        at,
        'unplug',
        { order: 'detach-interface', payload },
        { order: 'attach-interface', payload },
        () => async () => undefined,
      ),
      {
        name: 'release',
        pivot: true,
        run: async ({ operation, request: { server, port } }) => {
          await deps.networks.detach(server, port)
          return done(null, (tx) => settleAsDone(tx, deps.ids, operation, server, 'interface_detach'))
        },
        undo: 'nothing to undo: the guest has let go of it',
      },
    ],
  }
}
