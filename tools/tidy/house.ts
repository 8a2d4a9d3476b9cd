// The house in tables: who may know whom, and which rooms are pure. The other files of this folder only read them.

const LOWER = ['core', 'placement', 'scheduler', 'metadata', 'local-services', 'http-kit']

/** Room → the packages its source may import. `name/subpath` opens only that door. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  placement: ['core'],
  scheduler: ['core', 'placement/candidates'],
  metadata: ['core/vocabulary', 'http-kit'],
  'local-services': ['core'],
  'http-kit': ['core/vocabulary'],
  'http-placement': ['core', 'http-kit', 'placement'],
  novakit: [...LOWER, 'driver-*', 'transport-*', 'http-*'],
  lab: [...LOWER, 'driver-*', 'novakit'],
  sim: [...LOWER, 'driver-*', 'transport-*', 'novakit'],
}

/** Rooms of one kind that have no line of their own above. */
const ARROWS_BY_KIND: Readonly<Record<string, readonly string[]>> = {
  driver: ['core'],
  transport: ['core'],
  http: ['core', 'http-kit'],
}

/** Null: nobody has drawn an arrow for this room yet. */
export function arrowsFrom(room: string): readonly string[] | null {
  return ARROWS[room] ?? ARROWS_BY_KIND[room.split('-')[0] ?? ''] ?? null
}

/** The floors of packages/core/src, lowest first. A folder stands on the floors below it and beside its neighbours. */
export const FLOORS: readonly (readonly string[])[] = [
  ['domain'],
  ['ports'],
  ['storage', 'transport', 'rpc', 'system'],
  ['saga', 'cells'],
  ['lifecycle'],
  ['api', 'conductor', 'compute'],
  ['compose'],
]

/** Conformance suites: they may import every floor and no floor may import them. */
export const SUITES = 'testing'

/** Neighbours that must not know each other, and why. */
export const STRANGERS: readonly { readonly from: string; readonly to: string; readonly why: string }[] = [
  { from: 'api', to: 'conductor', why: 'each must be able to move to a process of its own' },
  { from: 'conductor', to: 'api', why: 'each must be able to move to a process of its own' },
  { from: 'compute', to: 'storage', why: 'the agent holds no database' },
  { from: 'compute', to: 'api', why: 'the agent answers commands and asks nothing of users' },
  { from: 'compute', to: 'conductor', why: 'they meet in rpc contracts' },
  { from: 'conductor', to: 'compute', why: 'they meet in rpc contracts' },
  { from: 'api', to: 'compute', why: 'they meet in rpc contracts' },
]

/** What the agent and the drivers must never load, by any chain of imports inside their package. */
export const DATABASE = {
  rooms: /^packages\/(core\/src\/compute|driver-[^/]+\/src)\//,
  modules: ['kysely', 'node:sqlite'],
}

/** Values in, values out: no clock, no chance, no I/O, nothing asynchronous. */
export const PURE_ROOMS: readonly string[] = [
  'packages/core/src/domain/',
  'packages/scheduler/src/decide/',
  'packages/scheduler/src/translate/',
  'packages/scheduler/src/hardware/',
  'packages/scheduler/src/filters/',
  'packages/scheduler/src/weighers/',
  'packages/placement/src/candidates/',
  'packages/metadata/src/build/',
  'packages/metadata/src/image/',
  'packages/local-services/src/inspect/',
  'packages/driver-libvirt/src/xml/',
  'packages/driver-libvirt/src/design/',
]

/** Built-ins whose answers follow from their arguments alone; a pure room may import these of them. */
export const PURE_BUILT_INS: Readonly<Record<string, readonly string[]>> = {
  'node:buffer': ['Buffer'],
  'node:crypto': ['createHash'],
  'node:net': ['BlockList', 'isIP', 'isIPv4', 'isIPv6'],
  'node:zlib': ['crc32', 'gzipSync'],
}

/** Impure words that are right where they stand, each with its reason. */
export const EXCUSED: readonly { readonly path: string; readonly word: string; readonly why: string }[] = []

/** Where the machine's clock and chance are turned into ports, and where a person at a terminal is spoken to. */
export const SYSTEM_ROOMS: readonly string[] = [
  'packages/core/src/system/',
  'packages/novakit/src/cli/',
  'packages/sim/src/cli/',
  'packages/lab/src/cli/',
]

/** The one place for tsyringe and its polyfill. */
export const CONTAINER = { room: 'packages/core/src/compose/', modules: ['tsyringe', 'reflect-metadata'] }

/** Programs, as opposed to modules: loading them does something. */
export const PROGRAMS = /^packages\/(novakit|lab)\/src\/cli\/|\/main\.ts$/

export const LIMITS = { linesOfFile: 400, linesOfFunction: 70, linesOfFactory: 140 }
