// The door of @novakit/placement.

export { ledgerErrors } from './errors.ts'
export { trimChanges } from './ledger/change-feed.ts'
export { isStandard, unknownNames, type Vocabulary } from './ledger/names.ts'
export { placementLedger } from './ledger/placement-ledger.ts'
export {
  providerMirror,
  type MirroredProvider,
  type MirrorView,
  type ProviderMirror,
} from './mirror/provider-mirror.ts'
export type { RemoteOptions } from './remote/client.ts'
export { remotePlacement } from './remote/remote-placement.ts'
export { aggregatesOf, replaceAggregates } from './verbs/aggregates.ts'
export {
  allocationsOfConsumer,
  allocationsOnProvider,
  removeAllocations,
  setAllocations,
  type AllocationRequest,
  type ConsumerAllocations,
  type ProviderAllocation,
} from './verbs/allocations.ts'
export { audit, heal, type AuditQuestion, type Finding } from './verbs/audit.ts'
export { findProviders, type ProviderFilter } from './verbs/find-providers.ts'
export {
  addInventory,
  changeInventory,
  inventoriesOf,
  removeInventory,
  setInventories,
  type StoredInventory,
} from './verbs/inventories.ts'
export { createProvider, getProvider, removeProvider, updateProvider, type Provider } from './verbs/providers.ts'
export { reshape, type Reshaping } from './verbs/reshape.ts'
export {
  createResourceClass,
  ensureResourceClass,
  getResourceClass,
  listResourceClasses,
  removeResourceClass,
  renameResourceClass,
  type NamedThing,
} from './verbs/resource-classes.ts'
export {
  ensureTrait,
  getTrait,
  listTraits,
  removeTrait,
  setTraits,
  traitsOf,
  type TraitFilter,
} from './verbs/traits.ts'
export { treeUsages, type TreeUsage, type UsedOf } from './verbs/tree-usages.ts'
export { usageByType, usageOf, usageOfProject, type TypedUsage, type Usage } from './verbs/usages.ts'
