// Flags by the call that takes them, each a bit; several are joined with `|`.

export const openFlag = { readonly: 1 } as const

/** What a change of a domain affects: what runs, what is on record, or (0) whichever there is. */
export const affect = { current: 0, live: 1, config: 2 } as const

/** For calls that read typed parameters: without it libvirt leaves out those that are text. */
export const paramFlag = { strings: 4 } as const

/** `secure` brings secrets along: without it a definition that is sent back loses its VNC password. */
export const xmlFlag = { secure: 1, inactive: 2, updateCpu: 4, migratable: 8 } as const
export const defineFlag = { validate: 1 } as const
export const startFlag = {
  paused: 1,
  autodestroy: 2,
  bypassCache: 4,
  forceBoot: 8,
  validate: 16,
  resetNvram: 32,
} as const
export const destroyFlag = { graceful: 1, removeLogs: 2 } as const
export const undefineFlag = {
  managedSave: 1,
  snapshotsMetadata: 2,
  nvram: 4,
  keepNvram: 8,
  checkpointsMetadata: 16,
  tpm: 32,
  keepTpm: 64,
} as const
/** For `domainShutdownFlags` and `domainReboot`. */
export const shutdownFlag = { acpiPowerButton: 1, guestAgent: 2, initctl: 4, signal: 8, paravirt: 16 } as const
export const saveFlag = { bypassCache: 1, running: 2, paused: 4, resetNvram: 8 } as const
export const memoryFlag = { ...affect, maximum: 4 } as const
export const vcpuFlag = { ...affect, maximum: 4, guest: 8, hotpluggable: 16 } as const
export const deviceFlag = { ...affect, force: 4 } as const
export const consoleFlag = { force: 1, safe: 2 } as const
export const passwordFlag = { encrypted: 1 } as const

/** For `connectListAllDomains`; two of one pair together are all. */
export const listDomainsFlag = {
  active: 1,
  inactive: 2,
  persistent: 4,
  transient: 8,
  running: 16,
  paused: 32,
  shutoff: 64,
  other: 128,
  managedSave: 256,
} as const
/** What `connectGetAllDomainStats` tells; 0 is all that the daemon has. */
export const statsGroup = {
  state: 1,
  cpuTotal: 2,
  balloon: 4,
  vcpu: 8,
  interface: 16,
  block: 32,
  perf: 64,
  iothread: 128,
  memory: 256,
  dirtyRate: 512,
  vm: 1024,
} as const
/** `noWait` leaves out what a busy domain cannot tell at once. Added to those of {@link listDomainsFlag}. */
export const statsFlag = { noWait: 2 ** 29, backing: 2 ** 30, enforce: 2 ** 31 } as const

export const blockResizeFlag = { bytes: 1 } as const
export const blockJobAbortFlag = { async: 1, pivot: 2 } as const
export const blockJobInfoFlag = { bandwidthBytes: 1 } as const
export const blockPullFlag = { bandwidthBytes: 64 } as const
export const blockRebaseFlag = {
  shallow: 1,
  reuseExternal: 2,
  copyRaw: 4,
  copy: 8,
  relative: 16,
  copyDevice: 32,
  bandwidthBytes: 64,
} as const
export const blockCopyFlag = { shallow: 1, reuseExternal: 2, transientJob: 4, synchronousWrites: 8 } as const
export const blockCommitFlag = { shallow: 1, delete: 2, active: 4, relative: 8, bandwidthBytes: 16 } as const

export const snapshotFlag = {
  redefine: 1,
  current: 2,
  noMetadata: 4,
  halt: 8,
  diskOnly: 16,
  reuseExternal: 32,
  quiesce: 64,
  atomic: 128,
  live: 256,
  validate: 512,
} as const
export const snapshotRevertFlag = { running: 1, paused: 2, force: 4, resetNvram: 8 } as const
export const snapshotDeleteFlag = { children: 1, metadataOnly: 2, childrenOnly: 4 } as const

export const migrateFlag = {
  live: 1,
  peerToPeer: 2,
  tunnelled: 4,
  persistDestination: 8,
  undefineSource: 16,
  paused: 32,
  nonSharedDisk: 64,
  nonSharedIncremental: 128,
  changeProtection: 256,
  unsafe: 512,
  offline: 1024,
  compressed: 2048,
  abortOnError: 4096,
  autoConverge: 8192,
  rdmaPinAll: 2 ** 14,
  postCopy: 2 ** 15,
  tls: 2 ** 16,
  parallel: 2 ** 17,
} as const
/** Names of the parameters of a migration; libvirt's type of each stands beside. */
export const migrateParam = {
  /** string */
  uri: 'migrate_uri',
  /** string */
  destinationName: 'destination_name',
  /** string */
  destinationXml: 'destination_xml',
  /** string */
  persistentXml: 'persistent_xml',
  /** ullong, MiB a second */
  bandwidth: 'bandwidth',
  /** string */
  graphicsUri: 'graphics_uri',
  /** string */
  listenAddress: 'listen_address',
  /** string, once for each disk */
  disks: 'migrate_disks',
  /** int */
  disksPort: 'disks_port',
  /** string */
  disksUri: 'disks_uri',
  /** int */
  autoConvergeInitial: 'auto_converge.initial',
  /** int */
  autoConvergeIncrement: 'auto_converge.increment',
  /** int */
  parallelConnections: 'parallel.connections',
  /** string */
  tlsDestination: 'tls.destination',
} as const
export const abortJobFlag = { postCopy: 1 } as const
export const jobStatsFlag = { completed: 1, keepCompleted: 2 } as const

export const volumeCreateFlag = { preallocateMetadata: 1, reflink: 2, validate: 4 } as const
export const volumeResizeFlag = { allocate: 1, delta: 2, shrink: 4 } as const
export const poolBuildFlag = { repair: 1, resize: 2, noOverwrite: 4, overwrite: 8 } as const
export const poolCreateFlag = { withBuild: 1, withBuildOverwrite: 2, withBuildNoOverwrite: 4 } as const
export const baselineCpuFlag = { expandFeatures: 1, migratable: 2 } as const
