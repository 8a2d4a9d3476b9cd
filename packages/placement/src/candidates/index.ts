export { candidatesOf } from './candidates-of.ts'
export { shortageReason } from './shortage-reason.ts'
export type {
  AllocationCandidate,
  ClassShortage,
  HostCandidates,
  Shortage,
  ShortageCause,
  ShortageCode,
} from './types.ts'
