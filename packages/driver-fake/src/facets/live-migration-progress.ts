import type { GuestRecord, MigrationJob } from '../world/guest-record.ts'
import type { Instant, LiveMigrationProgress } from '@novakit/core'
import { bytes, gib, mib, mibToBytes } from '@novakit/core'

/** What is left of a job that will not converge by itself. */
const STUCK_AT = 0.1

/** How far a job is at one moment: memory and disks go at an even pace. Pure. */
export function progressOf({ job, footprint }: GuestRecord, now: Instant): LiveMigrationProgress {
  const memory = mibToBytes(mib(footprint.MEMORY_MB))
  const disk = gib(footprint.DISK_GB) * 2 ** 30
  const left = job === null ? 0 : remaining(job, now)
  return {
    state: job?.state ?? 'none',
    memoryTotal: memory,
    memoryRemaining: bytes(Math.ceil(memory * left)),
    diskTotal: bytes(disk),
    diskRemaining: bytes(Math.ceil(disk * left)),
  }
}

function remaining({ state, startedAt, endsAt }: MigrationJob, now: Instant): number {
  if (state === 'completed') return 0
  if (endsAt === null) return STUCK_AT
  if (endsAt <= startedAt) return 0
  return Math.min(1, Math.max(0, (endsAt - now) / (endsAt - startedAt)))
}
