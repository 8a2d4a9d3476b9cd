import type { Connection } from '../knobs/connection.ts'
import type { HypervisorFacets } from '@novakit/core'
import { consoleFacet } from './console.ts'
import { diagnosticsFacet } from './diagnostics.ts'
import { facetNames } from './facet-names.ts'
import { hostPowerFacet } from './host-power.ts'
import { imageCacheFacet } from './image-cache.ts'
import { interfaceFacet } from './interfaces.ts'
import { liveMigrationFacet } from './live-migration.ts'
import { crashDumpFacet, passwordFacet, pauseFacet, quiesceFacet, shareFacet } from './small.ts'
import { evacuationFacet } from './evacuation.ts'
import { rebootFacet, rebuildFacet, suspendFacet } from './restart.ts'
import { rescueFacet } from './rescue.ts'
import { resizeFacet } from './resize.ts'
import { snapshotFacet } from './snapshot.ts'
import { volumeFacet } from './volumes.ts'

/** Those facets that the options leave on. */
export function facetsOf(connection: Connection): Partial<HypervisorFacets> {
  const { facets = facetNames, without = [] } = connection.options
  const wanted = new Set(facets.filter((name) => !without.includes(name)))
  const entries = Object.entries(allFacets(connection)).filter(([name]) => wanted.has(name as keyof HypervisorFacets))
  return Object.fromEntries(entries)
}

function allFacets(connection: Connection): HypervisorFacets {
  return {
    pause: pauseFacet(connection),
    suspend: suspendFacet(connection),
    reboot: rebootFacet(connection),
    rescue: rescueFacet(connection),
    rebuild: rebuildFacet(connection),
    resize: resizeFacet(connection),
    liveMigration: liveMigrationFacet(connection),
    snapshot: snapshotFacet(connection),
    volumes: volumeFacet(connection),
    interfaces: interfaceFacet(connection),
    console: consoleFacet(connection),
    diagnostics: diagnosticsFacet(connection),
    password: passwordFacet(connection),
    crashDump: crashDumpFacet(connection),
    quiesce: quiesceFacet(connection),
    imageCache: imageCacheFacet(connection),
    shares: shareFacet(connection),
    evacuation: evacuationFacet(connection),
    hostPower: hostPowerFacet(connection),
  }
}
