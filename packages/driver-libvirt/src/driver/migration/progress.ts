import type { Bytes, GuestRef, LiveMigrationProgress } from '@novakit/core'
import { bytes } from '@novakit/core'
import { jobType, libvirtCodeOf, type Params } from '../../rpc/index.ts'
import { findGuest } from '../guests/find-guest.ts'
import { hasLeft } from '../guests/power-state.ts'
import type { Station } from '../station.ts'
import type { Jobs } from './jobs.ts'

/** How a guest's migration goes, whoever began it, or how it ended. */
export async function progressOf(station: Station, jobs: Jobs, { server }: GuestRef): Promise<LiveMigrationProgress> {
  const found = await findGuest(station, server)
  if (found !== null && hasLeft(found.state, found.reason)) return ended('completed')
  const job = jobs.get(server)
  if (job !== undefined && job.state !== 'running') return ended(job.state)
  const stats = found?.active === true ? await runningJob(station, server) : null
  if (job !== undefined || stats !== null) return figures(stats ?? {})
  // Begun by an agent that is no more, and it is still here.
  return ended((await jobs.record(server)) === null ? 'none' : 'failed')
}

async function runningJob({ client }: Station, uuid: string): Promise<Params | null> {
  try {
    const { type, params } = await client.domainGetJobStats({ dom: { uuid } })
    return type === jobType.bounded || type === jobType.unbounded ? params : null
  } catch (error) {
    if (['operation_invalid', 'no_domain'].includes(libvirtCodeOf(error) ?? '')) return null
    throw error
  }
}

function figures(params: Params): LiveMigrationProgress {
  const read = (name: string): Bytes => bytes(Number(params[name] ?? 0))
  return {
    state: 'running',
    memoryTotal: read('memory_total'),
    memoryRemaining: read('memory_remaining'),
    diskTotal: read('disk_total'),
    diskRemaining: read('disk_remaining'),
  }
}

function ended(state: LiveMigrationProgress['state']): LiveMigrationProgress {
  return {
    state,
    memoryTotal: bytes(0),
    memoryRemaining: bytes(0),
    diskTotal: bytes(0),
    diskRemaining: bytes(0),
  }
}
