import type { Connection } from '../knobs/connection.ts'
import type { HypervisorFacets } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'

export function evacuationFacet(connection: Connection): HypervisorFacets['evacuation'] {
  return {
    disksReachable: (guest) =>
      conduct(connection, { name: 'evacuation.disksReachable', guest, signal: undefined }, async () => {
        return connection.options.sharedDisks ?? false
      }),
  }
}
