// The door of @novakit/http-placement.

export type { FetchHandler } from '@novakit/http-kit'
export { createPlacementApi, type PlacementApi, type PlacementApiOptions } from './create-placement-api.ts'
export { policyProfile, PROFILES, type PolicyProfile } from './policy/profiles.ts'
