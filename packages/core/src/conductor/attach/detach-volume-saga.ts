import type { AtCell, ConductorDeps } from '../deps.ts'
import type { AttachVolumePayload, DetachVolumePayload } from '../../rpc/orders/volumes.ts'
import type { CellId } from '../../domain/ids.ts'
import type { Saga } from '../../saga/index.ts'
import type { VolumeAttachmentRow } from '../../storage/cell/tables.ts'
import type { VolumeConnection } from '../../domain/volume/volume.ts'
import type { VolumeRequest } from '../../lifecycle/index.ts'
import type { VolumeStep } from './request.ts'
import { DETACH_VOLUME } from '../../lifecycle/index.ts'
import {
  changeVolumeAttachment,
  removeVolumeAttachment,
  volumeAttachmentRow,
} from '../../storage/cell/volume-attachments.ts'
import { done } from '../../saga/index.ts'
import { guestStep } from './guest-step.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { settleAsDone, settleAsFailed } from './settle.ts'
import { turnStep } from './turn-step.ts'

/**
 * Takes a volume away from a server's guest (nova/compute/manager.py, `detach_volume`). A guest that does not let go of
 * it keeps it; only when it has let go is the volume anybody else's.
 */
export function detachVolumeSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', VolumeRequest> {
  const at: AtCell = { deps, cell }
  return {
    kind: DETACH_VOLUME,
    store: 'cell',
    steps: [
      turnStep(at, async (tx, operation, request) => {
        await changeVolumeAttachment(tx, request, 'detaching', { status: 'attached' })
        await settleAsFailed(tx, deps.ids, operation, request.server, 'volume_detach')
      }),
      unplugStep(at),
      releaseStep(at),
    ],
  }
}

function unplugStep(at: AtCell): VolumeStep {
  return guestStep(
    at,
    'unplug',
    {
      order: 'detach-volume',
      payload: async ({ request }): Promise<DetachVolumePayload> => ({
        connection: connectionOf(await mustHave(at, request)),
      }),
    },
    {
      order: 'attach-volume',
      payload: async ({ request }): Promise<AttachVolumePayload> => {
        const row = await mustHave(at, request)
        return { volume: { connection: connectionOf(row), deviceName: row.device, tag: row.tag } }
      },
    },
    ({ request }) =>
      async (tx) => {
        if (await changeVolumeAttachment(tx, request, 'detaching', { status: 'detached' })) return
        throw serverErrors.changed_meanwhile({ server: request.server })
      },
  )
}

/** @throws `server.changed_meanwhile` */
async function mustHave({ deps, cell }: AtCell, { server, volume }: VolumeRequest): Promise<VolumeAttachmentRow> {
  const row = await deps.cells.get(cell).read((tx) => volumeAttachmentRow(tx, server, volume))
  if (row === null || row.connection === null) throw serverErrors.changed_meanwhile({ server })
  return row
}

function connectionOf({ connection }: VolumeAttachmentRow): VolumeConnection {
  return JSON.parse(connection ?? 'null') as VolumeConnection
}

/** The volume is free. */
function releaseStep({ deps, cell }: AtCell): VolumeStep {
  return {
    name: 'release',
    pivot: true,
    run: async ({ operation, request: { server, volume } }) => {
      const row = await deps.cells.get(cell).read((tx) => volumeAttachmentRow(tx, server, volume))
      if (row?.attachment !== undefined && row.attachment !== null) await deps.volumes.release(row.attachment)
      return done(null, async (tx) => {
        await removeVolumeAttachment(tx, server, volume)
        await settleAsDone(tx, deps.ids, operation, server, 'volume_detach')
      })
    },
    undo: 'nothing to undo: the guest has let go of it',
  }
}
