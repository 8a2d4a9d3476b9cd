export { candidatesOf } from './candidates-of.ts'
export { shortageReason } from './shortage-reason.ts'
export type {
  AllocationCandidate,
  CandidateRequest,
  CandidateResult,
  ClassShortage,
  HostCandidates,
  ProviderChange,
  ProviderIndex,
  ProviderTree,
  Shortage,
  ShortageCause,
  ShortageCode,
  ShortageReport,
  TreeProvider,
} from './types.ts'
