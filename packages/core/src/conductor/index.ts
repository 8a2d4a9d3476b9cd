export { conductor, type Conductor, type ConductorOptions, type ConductorParts } from './conductor.ts'
export { clusterView, type ClusterView } from './cluster-view.ts'
export type { ConductorDeps, Timing } from './deps.ts'
export { sagaTables, type SagaTable } from './sagas.ts'
