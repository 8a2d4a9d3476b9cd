import type { Connection } from '../knobs/connection.ts'
import type { HypervisorFacets, SpawnOrder } from '@novakit/core'
import { restart } from './restart.ts'

/** A rescued guest runs from the rescue image; its own disks wait. It always starts. */
export function rescueFacet(connection: Connection): HypervisorFacets['rescue'] {
  const on = (order: SpawnOrder): SpawnOrder => ({ ...order, powerOn: true })
  return {
    rescue: (order) => restart(connection, 'rescue.rescue', on(order), (record) => ({ ...record, rescued: true })),
    unrescue: (order) => restart(connection, 'rescue.unrescue', on(order), (record) => ({ ...record, rescued: false })),
  }
}
