import { destroyCases } from './destroy-cases.ts'
import { deviceFacetCases } from './device-facet-cases.ts'
import { eventCases } from './event-cases.ts'
import { hostFacetCases } from './host-facet-cases.ts'
import { inventoryCases } from './inventory-cases.ts'
import { lifecycleFacetCases } from './lifecycle-facet-cases.ts'
import { liveMigrationCases } from './live-migration-cases.ts'
import { powerCases } from './power-cases.ts'
import { reopenCases } from './reopen-cases.ts'
import { resizeCases } from './resize-cases.ts'
import { spawnCases } from './spawn-cases.ts'

/** All cases by the section they are reported under. */
export const sections = {
  inventory: inventoryCases,
  spawn: spawnCases,
  destroy: destroyCases,
  power: powerCases,
  events: eventCases,
  'close and open again': reopenCases,
  'life-cycle facets': lifecycleFacetCases,
  'device facets': deviceFacetCases,
  'host facets': hostFacetCases,
  'facet resize': resizeCases,
  'facet liveMigration': liveMigrationCases,
}

type Sections = typeof sections

export type HypervisorCase = { [Section in keyof Sections]: keyof Sections[Section] & string }[keyof Sections]
