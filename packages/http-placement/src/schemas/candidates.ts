import { byVersion } from './by-version.ts'
import { closed, NAMED, NUMBERED, text } from './common.ts'
import type { JsonSchema } from '../validate/validator.ts'

const limit = { type: ['integer', 'string'], pattern: '^[1-9][0-9]*$', minimum: 1, minLength: 1 }
const policy = { type: 'string', enum: ['none', 'isolate'] }

const old = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  closed({ resources: text, ...properties }, ['resources'])

const grouped = (
  suffix: string,
  kinds: readonly string[],
  properties: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => ({
  type: 'object',
  properties: { limit, ...properties, group_policy: policy },
  additionalProperties: false,
  patternProperties: Object.fromEntries(kinds.map((kind) => [`^${kind}(${suffix})?$`, text])),
})

const first = ['resources', 'required', 'member_of']
const all = [...first, 'in_tree']

export const getCandidates = byVersion([
  [10, old({})],
  [16, old({ limit })],
  [17, old({ limit, required: text })],
  [21, old({ limit, required: text, member_of: text })],
  [25, grouped(NUMBERED, first)],
  [31, grouped(NUMBERED, all)],
  [33, grouped(NAMED, all)],
  [35, grouped(NAMED, all, { root_required: text })],
  [36, grouped(NAMED, all, { root_required: text, same_subtree: text })],
])
