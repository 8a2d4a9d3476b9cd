import { byVersion } from './by-version.ts'
import { closed, text, uuid } from './common.ts'

const name = { type: 'string', maxLength: 200 }
const parent = { anyOf: [uuid, { type: 'null' }] }

export const createProvider = byVersion([
  [0, closed({ name, uuid }, ['name'])],
  [14, closed({ name, uuid, parent_provider_uuid: parent }, ['name'])],
])

export const updateProvider = byVersion([
  [0, closed({ name }, ['name'])],
  [14, closed({ name, parent_provider_uuid: parent }, ['name'])],
])

const first = { name: text, uuid }

export const listProviders = byVersion([
  [0, closed(first)],
  [3, closed({ ...first, member_of: text })],
  [4, closed({ ...first, member_of: text, resources: text })],
  [14, closed({ ...first, member_of: text, resources: text, in_tree: uuid })],
  [18, closed({ ...first, member_of: text, resources: text, in_tree: uuid, required: text })],
])
