import type { Snapshot } from '../../domain/scheduling/snapshot.ts'
import { instant } from '../../domain/unit/units.ts'

/** Before anything is known. */
export const emptySnapshot: Snapshot = {
  version: 0,
  at: instant(0),
  hosts: [],
  sharing: [],
  aggregates: new Map(),
  groups: new Map(),
}
