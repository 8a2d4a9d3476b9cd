import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId } from '../../domain/ids.ts'
import type { Saga } from '../../saga/index.ts'
import type { VolumeConnection } from '../../domain/volume/volume.ts'
import type { VolumeRequest } from '../../lifecycle/index.ts'
import type { VolumeStep } from './request.ts'
import type { AttachVolumePayload, DetachVolumePayload } from '../../rpc/orders/volumes.ts'
import { ATTACH_VOLUME } from '../../lifecycle/index.ts'
import { askHost, guestStep } from './guest-step.ts'
import {
  changeVolumeAttachment,
  removeVolumeAttachment,
  volumeAttachmentRow,
} from '../../storage/cell/volume-attachments.ts'
import { contextOf } from './request.ts'
import { done } from '../../saga/index.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { settleAsDone, settleAsFailed } from './settle.ts'
import { turnStep } from './turn-step.ts'

/**
 * Brings a volume to a server's guest (nova/compute/manager.py, `attach_volume`). The volume is held for the server
 * before anything else knows of it, and given up after nothing else has it.
 */
export function attachVolumeSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', VolumeRequest> {
  const at: AtCell = { deps, cell }
  return {
    kind: ATTACH_VOLUME,
    store: 'cell',
    steps: [
      turnStep(at, async (tx, operation, { server, volume }) => {
        await removeVolumeAttachment(tx, server, volume)
        await settleAsFailed(tx, deps.ids, operation, server, 'volume_attach')
      }),
      reserveStep(at),
      connectStep(at),
      plugStep(at),
      completeStep(at),
    ],
  }
}

/** The volume is nobody else's from now on. */
function reserveStep({ deps }: AtCell): VolumeStep {
  return {
    name: 'reserve',
    run: async ({ operation, request }) => {
      const { server, volume } = request
      const { attachment } = await deps.volumes.reserve(contextOf(operation, request), volume, server, operation.id)
      return done(attachment, async (tx) => {
        if (await changeVolumeAttachment(tx, request, 'attaching', { attachment })) return
        throw serverErrors.changed_meanwhile({ server })
      })
    },
    undo: async ({ operation, request: { server, volume } }) => {
      await deps.volumes.giveUp(volume, server, operation.id)
      return done()
    },
  }
}

/** The volume service lets the host have it, once it knows what kind of host that is. */
function connectStep(at: AtCell): VolumeStep {
  const { volumes } = at.deps
  return {
    name: 'connect',
    run: (context) =>
      askHost(at, context, { order: 'volume-connector', payload: async () => ({}) }, async (output) => {
        const { request, report } = context
        const { connector } = output as unknown as { readonly connector: Readonly<Record<string, unknown>> }
        if (report === null) throw new TypeError('no host has answered')
        const connection = await volumes.connect(context.output<string>('reserve'), report.host, connector)
        return done(connection as never, async (tx) => {
          if (await changeVolumeAttachment(tx, request, 'attaching', { connection })) return
          throw serverErrors.changed_meanwhile({ server: request.server })
        })
      }),
    undo: 'nothing to undo: who gives the volume up gives up the access to it',
  }
}

function plugStep(at: AtCell): VolumeStep {
  const { deps, cell } = at
  return guestStep(
    at,
    'plug',
    {
      order: 'attach-volume',
      payload: async ({ request: { server, volume }, output }): Promise<AttachVolumePayload> => {
        const row = await deps.cells.get(cell).read((tx) => volumeAttachmentRow(tx, server, volume))
        const connection = output<VolumeConnection>('connect')
        return { volume: { connection, deviceName: row?.device ?? null, tag: row?.tag ?? null } }
      },
    },
    {
      order: 'detach-volume',
      payload: async ({ output }): Promise<DetachVolumePayload> => ({ connection: output('connect') }),
    },
    ({ request }, output) =>
      async (tx) => {
        const { deviceName: device } = output as { readonly deviceName: string }
        if (await changeVolumeAttachment(tx, request, 'attaching', { status: 'attached', device })) return
        throw serverErrors.changed_meanwhile({ server: request.server })
      },
  )
}

/** The guest has it: that is so whatever happens, and the volume service is told until it hears it. */
function completeStep({ deps }: AtCell): VolumeStep {
  return {
    name: 'complete',
    pivot: true,
    run: async ({ operation, request: { server }, output, log }) => {
      await deps.volumes.complete(output<string>('reserve')).catch((error: unknown) => {
        const problem = problemOf(error)
        if (problem.kind !== 'not_found') throw error
        log.warn('the volume service has given up an attachment that a guest has', { ...problem, server })
      })
      return done(null, (tx) => settleAsDone(tx, deps.ids, operation, server, 'volume_attach'))
    },
    undo: 'nothing to undo: the guest has the volume, and nobody takes it away again',
  }
}
