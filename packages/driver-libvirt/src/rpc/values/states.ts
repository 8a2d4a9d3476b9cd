// What numbers in answers and events mean.

export const domainState = {
  none: 0,
  running: 1,
  blocked: 2,
  paused: 3,
  shuttingDown: 4,
  shutoff: 5,
  crashed: 6,
  pmSuspended: 7,
} as const

/** The second number of `domainGetState`, by the first. */
export const stateReason = {
  running: {
    booted: 1,
    migrated: 2,
    restored: 3,
    fromSnapshot: 4,
    unpaused: 5,
    migrationCancelled: 6,
    saveCancelled: 7,
    wakeup: 8,
    crashed: 9,
    postCopy: 10,
    postCopyFailed: 11,
  },
  paused: {
    user: 1,
    migration: 2,
    save: 3,
    dump: 4,
    ioError: 5,
    watchdog: 6,
    fromSnapshot: 7,
    shuttingDown: 8,
    snapshot: 9,
    crashed: 10,
    startingUp: 11,
    postCopy: 12,
    postCopyFailed: 13,
  },
  shutoff: {
    shutdown: 1,
    destroyed: 2,
    crashed: 3,
    migrated: 4,
    saved: 5,
    failed: 6,
    fromSnapshot: 7,
    daemon: 8,
  },
} as const

/** `event` of `domainLifecycle`. */
export const lifecycleEvent = {
  defined: 0,
  undefined: 1,
  started: 2,
  suspended: 3,
  resumed: 4,
  stopped: 5,
  shutdown: 6,
  pmSuspended: 7,
  crashed: 8,
} as const

/** `detail` of `domainLifecycle`, by its event. */
export const lifecycleDetail = {
  defined: { added: 0, updated: 1, renamed: 2, fromSnapshot: 3 },
  undefined: { removed: 0, renamed: 1 },
  started: { booted: 0, migrated: 1, restored: 2, fromSnapshot: 3, wakeup: 4 },
  suspended: {
    paused: 0,
    migrated: 1,
    ioError: 2,
    watchdog: 3,
    restored: 4,
    fromSnapshot: 5,
    apiError: 6,
    postCopy: 7,
    postCopyFailed: 8,
  },
  resumed: { unpaused: 0, migrated: 1, fromSnapshot: 2, postCopy: 3, postCopyFailed: 4 },
  stopped: { shutdown: 0, destroyed: 1, crashed: 2, migrated: 3, saved: 4, failed: 5, fromSnapshot: 6 },
  shutdown: { finished: 0, guest: 1, host: 2 },
  pmSuspended: { memory: 0, disk: 1 },
  crashed: { panicked: 0, crashLoaded: 1 },
} as const

export const jobType = { none: 0, bounded: 1, unbounded: 2, completed: 3, failed: 4, cancelled: 5 } as const
export const blockJobType = {
  unknown: 0,
  pull: 1,
  copy: 2,
  commit: 3,
  activeCommit: 4,
  backup: 5,
} as const
/** `status` of `domainBlockJob` and `domainBlockJob2`. */
export const blockJobStatus = { completed: 0, failed: 1, cancelled: 2, ready: 3 } as const
/** `state` of `domainAgentLifecycle`. */
export const agentState = { connected: 1, disconnected: 2 } as const
/** `tag` in `domainMemoryStats`; KiB but for the faults and the time. */
export const memoryStat = {
  swapIn: 0,
  swapOut: 1,
  majorFault: 2,
  minorFault: 3,
  unused: 4,
  available: 5,
  actualBalloon: 6,
  rss: 7,
  usable: 8,
  lastUpdate: 9,
  diskCaches: 10,
  hugetlbAllocations: 11,
  hugetlbFailures: 12,
} as const
export const metadataType = { description: 0, title: 1, element: 2 } as const
/** `source` of `domainInterfaceAddresses`. */
export const addressSource = { lease: 0, agent: 1, arp: 2 } as const
/** Answers of `connectCompareCpu`. */
export const cpuComparison = { error: -1, incompatible: 0, identical: 1, superset: 2 } as const
export const poolState = { inactive: 0, building: 1, running: 2, degraded: 3, inaccessible: 4 } as const
export const volumeType = { file: 0, block: 1, directory: 2, network: 3, networkDirectory: 4, ploop: 5 } as const
export const secretUsage = { none: 0, volume: 1, ceph: 2, iscsi: 3, tls: 4, vtpm: 5 } as const
export const keycodeSet = { linux: 0, xt: 1, usb: 7, win32: 8, qnum: 9 } as const
/** `event` of `networkLifecycle`. */
export const networkEvent = { defined: 0, undefined: 1, started: 2, stopped: 3 } as const
/** `event` of `storagePoolLifecycle`. */
export const poolEvent = { defined: 0, undefined: 1, started: 2, stopped: 3, created: 4, deleted: 5 } as const
export const networkUpdateCommand = { modify: 1, delete: 2, addLast: 3, addFirst: 4 } as const
export const networkUpdateSection = {
  bridge: 1,
  domain: 2,
  ip: 3,
  ipDhcpHost: 4,
  ipDhcpRange: 5,
  forward: 6,
  forwardInterface: 7,
  forwardPf: 8,
  portGroup: 9,
  dnsHost: 10,
  dnsTxt: 11,
  dnsSrv: 12,
} as const
