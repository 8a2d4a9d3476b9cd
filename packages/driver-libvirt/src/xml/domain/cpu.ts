import { attribute, child, content, leaf, list, record } from '../base/fields.ts'
import { integer, string, word } from '../base/scalars.ts'

const cell = record({
  id: attribute('id', integer).maybe,
  cpus: attribute('cpus', string).maybe,
  /** In the `unit`, KiB where none is said. */
  memory: attribute('memory', integer),
  unit: attribute('unit', word('KiB')).maybe,
  memoryAccess: attribute('memAccess', word('shared', 'private')).maybe,
})

/** The guest's CPU. */
export const cpu = record({
  mode: attribute('mode', word('custom', 'host-model', 'host-passthrough', 'maximum')).maybe,
  match: attribute('match', word('minimum', 'exact', 'strict')).maybe,
  check: attribute('check', word('none', 'partial', 'full')).maybe,
  migratable: attribute('migratable', word('on', 'off')).maybe,
  model: child(
    'model',
    record({
      fallback: attribute('fallback', word('allow', 'forbid')).maybe,
      vendorId: attribute('vendor_id', string).maybe,
      name: content(string).maybe,
    }),
  ).maybe,
  vendor: leaf('vendor', string).maybe,
  topology: child(
    'topology',
    record({
      sockets: attribute('sockets', integer),
      dies: attribute('dies', integer).maybe,
      cores: attribute('cores', integer),
      threads: attribute('threads', integer),
    }),
  ).maybe,
  maxPhysicalAddress: child(
    'maxphysaddr',
    record({
      mode: attribute('mode', word('emulate', 'passthrough')),
      bits: attribute('bits', integer).maybe,
    }),
  ).maybe,
  features: list(
    'feature',
    record({
      policy: attribute('policy', word('force', 'require', 'optional', 'disable', 'forbid')).maybe,
      name: attribute('name', string),
    }),
  ),
  numa: child('numa', record({ cells: list('cell', cell) })).maybe,
})

/** How many CPUs, and of the host's which they may run on (`0-3,8`). */
export const vcpu = record({
  placement: attribute('placement', word('static', 'auto')).maybe,
  cpuSet: attribute('cpuset', string).maybe,
  current: attribute('current', integer).maybe,
  count: content(integer),
})

const scheduled = record({
  cpus: attribute('vcpus', string),
  scheduler: attribute('scheduler', word('batch', 'idle', 'fifo', 'rr')),
  priority: attribute('priority', integer).maybe,
})

/** Periods and quotas in microseconds; a quota of -1 is none. */
export const cpuTune = record({
  shares: leaf('shares', integer).maybe,
  period: leaf('period', integer).maybe,
  quota: leaf('quota', integer).maybe,
  emulatorPeriod: leaf('emulator_period', integer).maybe,
  emulatorQuota: leaf('emulator_quota', integer).maybe,
  pins: list('vcpupin', record({ vcpu: attribute('vcpu', integer), cpuSet: attribute('cpuset', string) })),
  emulatorPin: child('emulatorpin', attribute('cpuset', string)).maybe,
  iothreadPins: list(
    'iothreadpin',
    record({ iothread: attribute('iothread', integer), cpuSet: attribute('cpuset', string) }),
  ),
  scheduled: list('vcpusched', scheduled),
})
