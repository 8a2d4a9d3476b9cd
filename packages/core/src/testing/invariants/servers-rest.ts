import type { CloudPicture } from './cloud-picture.ts'
import type { InstanceInCell } from './servers.ts'
import { mustStop } from '../../domain/server/power-sync.ts'
import type { Problem } from '../../domain/error.ts'

/** Every accepted server rests: launched and on a host, in error with a reason, or deleted, and nothing is being done to it (I3, I4). */
export function serversRest({ instances, faults }: CloudPicture): readonly string[] {
  const reasons = new Map(faults.map((fault) => [fault.server, JSON.parse(fault.problem) as Problem]))
  return instances.flatMap((row) => {
    const wrong = unrest(row, reasons.get(row.id))
    return wrong === null ? [] : [`server ${row.id} (${row.vm_state}/${row.task_state}) ${wrong}`]
  })
}

function unrest(row: InstanceInCell, reason: Problem | undefined): string | null {
  if (row.task_state !== null) return 'has work under way that nobody does'
  if (row.host !== null && row.launched_at !== null && mustStop(row.vm_state, row.power_state)) {
    return `rests there while its guest is ${row.power_state}`
  }
  if (row.deleted_at !== null) return row.vm_state === 'deleted' ? null : 'is deleted and does not say so'
  switch (row.vm_state) {
    case 'active':
    case 'paused':
    case 'suspended':
    case 'stopped':
    case 'rescued':
    case 'resized':
    case 'shelved':
    case 'soft-delete':
      return row.host === null || row.launched_at === null ? 'rests there and was never launched' : null
    case 'shelved_offloaded':
      return row.host !== null || row.shelved_image === null ? 'rests there, on a host or without an image' : null
    case 'error':
      return reason === undefined || reason.message === '' ? 'is in error without a reason' : null
    default:
      return 'does not rest there'
  }
}
