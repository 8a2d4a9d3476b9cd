// The door of @novakit/lab: for now, the port of what it is to compare.

export type { Decision, RequestSpec, Scheduler, Snapshot } from '@novakit/core'
