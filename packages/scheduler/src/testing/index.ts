// The door of @novakit/scheduler/testing: what authors of policies, filters and weighers test with.

export { plainEngine } from '../engine/plain-engine.ts'
export { frozen } from './frozen.ts'
export * from './hardware.ts'
export * from './hosts.ts'
export * from './requests.ts'
export { describeFilter, type FilterCase } from './describe-filter.ts'
export { describeWeigher, type WeigherCase } from './describe-weigher.ts'
export {
  expectPolicy,
  type PlacedExpectation,
  type PolicyExpectation,
  type RefusedExpectation,
} from './expect-policy.ts'
export type { Question } from './stage-world.ts'
