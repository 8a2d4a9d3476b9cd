import type { HypervisorFacets } from '@novakit/core'
import type { Station } from '../station.ts'
import { consoleFacet } from './console.ts'
import { diagnosticsFacet } from './diagnostics.ts'
import { imageCacheFacet } from './image-cache.ts'
import { interfaceFacet } from './interfaces.ts'
import { liveMigrationFacet } from './live-migration.ts'
import { rebuildFacet } from './rebuild.ts'
import { rescueFacet } from './rescue.ts'
import { resizeFacet } from './resize.ts'
import { crashDumpFacet, evacuationFacet, passwordFacet, pauseFacet, quiesceFacet } from './small.ts'
import { snapshotFacet } from './snapshot.ts'
import { rebootFacet, suspendFacet } from './restart.ts'
import { volumeFacet } from './volumes.ts'

/** What this host can do beyond the core. libvirt's simulation plugs nothing and has no agents in its guests. */
export function facetsOf(station: Station): Partial<HypervisorFacets> {
  const real = station.kind === 'qemu'
  const { guestAgent, migration } = station.options
  return {
    pause: pauseFacet(station),
    suspend: suspendFacet(station),
    reboot: rebootFacet(station),
    rescue: rescueFacet(station),
    rebuild: rebuildFacet(station),
    resize: resizeFacet(station),
    snapshot: snapshotFacet(station),
    console: consoleFacet(station),
    diagnostics: diagnosticsFacet(station),
    crashDump: crashDumpFacet(station),
    imageCache: imageCacheFacet(station),
    evacuation: evacuationFacet(station),
    ...(real ? { volumes: volumeFacet(station), interfaces: interfaceFacet(station) } : {}),
    ...(real && migration !== undefined ? { liveMigration: liveMigrationFacet(station, migration) } : {}),
    ...(guestAgent ? { password: passwordFacet(station), quiesce: quiesceFacet(station) } : {}),
  }
}
