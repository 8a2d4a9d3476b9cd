import { attribute, child, content, leaf, mark, presence, record, variants } from '../base/fields.ts'
import { hexadecimal, integer, onOff, string, word, yesNo } from '../base/scalars.ts'
import { kibibytes } from '../base/sizes.ts'
import { address, common, pciPlace } from './address.ts'

const placed = { ...common, address: child('address', address).maybe }

export const controller = record({
  type: attribute('type', string),
  index: attribute('index', integer).maybe,
  model: attribute('model', string).maybe,
  ports: attribute('ports', integer).maybe,
  driver: child(
    'driver',
    record({ queues: attribute('queues', integer).maybe, iothread: attribute('iothread', integer).maybe }),
  ).maybe,
  ...placed,
})

export const input = record({
  type: attribute('type', word('tablet', 'mouse', 'keyboard', 'passthrough', 'evdev')),
  bus: attribute('bus', word('usb', 'ps2', 'virtio', 'xen')).maybe,
  ...placed,
})

/** At most `bytes` in `period` milliseconds. */
export const rng = record({
  model: attribute('model', string),
  rate: child('rate', record({ bytes: attribute('bytes', integer), period: attribute('period', integer).maybe })).maybe,
  backend: child(
    'backend',
    record({ model: attribute('model', word('random', 'egd', 'builtin')), path: content(string).maybe }),
  ),
  ...placed,
})

export const watchdog = record({
  model: attribute('model', string),
  action: attribute('action', word('reset', 'shutdown', 'poweroff', 'pause', 'none', 'dump', 'inject-nmi')).maybe,
  ...placed,
})

export const memoryBalloon = record({
  model: attribute('model', string),
  autodeflate: attribute('autodeflate', onOff).maybe,
  freePageReporting: attribute('freePageReporting', onOff).maybe,
  /** Seconds between two looks at the guest's memory. */
  statsPeriod: mark('stats', 'period', integer).maybe,
  ...placed,
})

export const tpm = record({
  model: attribute('model', string).maybe,
  backend: child(
    'backend',
    variants('type', {
      emulator: record({
        version: attribute('version', word('1.2', '2.0')).maybe,
        persistentState: attribute('persistent_state', yesNo).maybe,
        encryptionSecret: mark('encryption', 'secret', string).maybe,
      }),
      passthrough: record({ device: mark('device', 'path', string).maybe }),
      external: record({}),
    }),
  ),
  ...placed,
})

/** A device of the host, handed over. */
export const hostdev = record({
  mode: attribute('mode', word('subsystem')),
  what: variants('type', {
    pci: record({
      managed: attribute('managed', yesNo).maybe,
      driver: mark('driver', 'name', word('vfio')).maybe,
      source: child('source', child('address', pciPlace)),
    }),
    mdev: record({
      model: attribute('model', word('vfio-pci', 'vfio-ccw', 'vfio-ap')),
      display: attribute('display', onOff).maybe,
      source: child('source', mark('address', 'uuid', string)),
    }),
    usb: record({
      source: child(
        'source',
        record({
          vendor: mark('vendor', 'id', hexadecimal(4)).maybe,
          product: mark('product', 'id', hexadecimal(4)).maybe,
        }),
      ),
    }),
  }),
  ...placed,
})

/** A folder of the host, shown to the guest. */
export const filesystem = record({
  type: attribute('type', word('mount')),
  accessMode: attribute('accessmode', word('passthrough', 'mapped', 'squash')).maybe,
  driver: child(
    'driver',
    record({ type: attribute('type', word('path', 'handle', 'virtiofs')), queue: attribute('queue', integer).maybe }),
  ).maybe,
  source: mark('source', 'dir', string),
  target: mark('target', 'dir', string),
  readonly: presence('readonly'),
  ...placed,
})

export const vsock = record({
  model: attribute('model', word('virtio')),
  cid: child('cid', record({ auto: attribute('auto', yesNo), address: attribute('address', integer).maybe })),
})

export const sound = record({ model: attribute('model', string), ...placed })
export const panic = record({ model: attribute('model', string).maybe, address: child('address', address).maybe })
export const iommu = record({
  model: attribute('model', word('intel', 'smmuv3', 'virtio')),
  driver: child(
    'driver',
    record({
      intremap: attribute('intremap', onOff).maybe,
      cachingMode: attribute('caching_mode', onOff).maybe,
      eim: attribute('eim', onOff).maybe,
      iotlb: attribute('iotlb', onOff).maybe,
      addressBits: attribute('aw_bits', integer).maybe,
    }),
  ).maybe,
})

/** A memory module that was plugged in. */
export const memoryModule = record({
  model: attribute('model', word('dimm', 'nvdimm', 'virtio-mem', 'virtio-pmem')),
  target: child('target', record({ size: kibibytes('size'), node: leaf('node', integer).maybe })),
})

export const redirection = record({
  bus: attribute('bus', word('usb')),
  type: attribute('type', word('spicevmc', 'tcp')),
})
