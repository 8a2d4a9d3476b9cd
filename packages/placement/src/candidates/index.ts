export { candidatesOf } from './candidates-of.ts'
export { providerIndex } from './providers/provider-index.ts'
export { treeProvider } from './providers/tree-provider.ts'
export { candidateSlices, DEFAULT_CAP, findCandidates } from './search/candidate-slices.ts'
export { shortageReason } from './shortage/shortage-reason.ts'
export { shortageSlices } from './shortage/shortage-slices.ts'
export type {
  AllocationCandidate,
  CandidateRequest,
  CandidateResult,
  ClassShortage,
  HostCandidates,
  ProviderChange,
  ProviderIndex,
  ProviderTree,
  SharingProviders,
  Shortage,
  ShortageCause,
  ShortageCode,
  ShortageReport,
  TreeProvider,
} from './types.ts'
