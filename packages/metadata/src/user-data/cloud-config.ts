import { parse, stringify } from 'yaml'
import { userDataErrors } from './errors.ts'

const HEADER = '#cloud-config\n'

export type CloudConfig = Readonly<Record<string, unknown>>

/** A cloud-config as text. Guests read it as YAML 1.1, in which a bare `on` or `1:30` is something else. */
export function cloudConfig(config: CloudConfig): string {
  return HEADER + stringify(config, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
}

/** @throws `user_data.invalid` for what is no cloud-config, or has more aliases in it than anybody needs */
export function parseCloudConfig(text: string): CloudConfig {
  if (!/^#cloud-config[ \t]*(\r?\n|$)/.test(text))
    throw userDataErrors.invalid({ what: 'it does not begin with #cloud-config' })
  const value = yamlOf(text)
  if (value === null) return {}
  if (!isMap(value)) throw userDataErrors.invalid({ what: 'it is YAML, and no map' })
  return value
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { version: '1.1', maxAliasCount: 100, logLevel: 'error' })
  } catch (cause) {
    throw userDataErrors.invalid({ what: 'it is no YAML' }, { cause })
  }
}

export interface MergeOptions {
  /** What becomes of two lists under one key. Default: the later one stays. */
  readonly lists?: 'replace' | 'append' | 'prepend'
}

/** Several cloud-configs as one: maps are merged key by key; of everything else the later one stays. */
export function mergeCloudConfigs(
  configs: readonly CloudConfig[],
  { lists = 'replace' }: MergeOptions = {},
): CloudConfig {
  return configs.reduce<CloudConfig>((all, next) => mergeMaps(all, next, lists), {})
}

type Lists = NonNullable<MergeOptions['lists']>

/** By entries, never by assignment: `__proto__` is a key like any other. */
function mergeMaps(one: CloudConfig, other: CloudConfig, lists: Lists): CloudConfig {
  const merged = new Map(Object.entries(one))
  for (const [key, value] of Object.entries(other)) {
    merged.set(key, merged.has(key) ? mergeValues(merged.get(key), value, lists) : value)
  }
  return Object.fromEntries(merged)
}

function mergeValues(one: unknown, other: unknown, lists: Lists): unknown {
  if (isMap(one) && isMap(other)) return mergeMaps(one, other, lists)
  if (!Array.isArray(one) || !Array.isArray(other) || lists === 'replace') return other
  return lists === 'append' ? [...one, ...other] : [...other, ...one]
}

function isMap(value: unknown): value is CloudConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
