import { instant, type Snapshot } from '@novakit/core'

export const emptySnapshot: Snapshot = {
  version: 0,
  at: instant(0),
  hosts: [],
  sharing: [],
  aggregates: new Map(),
  groups: new Map(),
}
