import type { DomainDescription } from '../xml/domain/domain.ts'
import { guestDesignErrors } from './errors.ts'
import type { DesignInput } from './guest-order.ts'
import { serialPorts, type Machine } from './machine.ts'
import { numberOf, truthOf, wordOf, type Settings } from './settings.ts'

type Devices = NonNullable<DomainDescription['devices']>

const KIB_OF_MIB = 1024
const SECONDS_BETWEEN_STATS = 10

/** Everything but disks, interfaces and what they are plugged into. */
export function otherDevices(input: DesignInput, machine: Machine, settings: Settings): Devices {
  return {
    ...lines(input, settings),
    ...screen(input, settings),
    ...tpm(input, settings),
    ...watchdog(settings),
    ...randomness(settings),
    ...iommu(input, machine, settings),
    ...soundOf(settings),
    hostdevs: input.devices.map(hostdev),
    memoryBalloon: { model: 'virtio', statsPeriod: SECONDS_BETWEEN_STATS },
  }
}

/** The first serial port is the console, kept in a file that grows on across reboots and moves. */
function lines({ files, host }: DesignInput, settings: Settings): Devices {
  const agent = truthOf('hw_qemu_guest_agent', settings.image('hw_qemu_guest_agent')) === true
  const log = { file: files.consoleLog, append: true }
  const serials = Array.from({ length: serialPorts(settings) }, (_, port) => ({
    type: 'pty' as const,
    ...(port === 0 ? { log } : {}),
    target: { port },
  }))
  return {
    serials,
    channels: [
      ...(agent
        ? [
            {
              type: 'unix' as const,
              source: { mode: 'bind' as const, path: files.agentSocket },
              target: { type: 'virtio' as const, name: 'org.qemu.guest_agent.0' },
            },
          ]
        : []),
      ...(host.graphics === 'spice'
        ? [{ type: 'spicevmc' as const, target: { type: 'virtio' as const, name: 'com.redhat.spice.0' } }]
        : []),
    ],
  }
}

const VIDEO = ['vga', 'cirrus', 'vmvga', 'xen', 'qxl', 'virtio', 'gop', 'none', 'bochs'] as const
const POINTERS = ['ps2mouse', 'usbtablet'] as const

function screen({ host }: DesignInput, settings: Settings): Devices {
  if (host.graphics === 'none') return {}
  const fallback = host.graphics === 'spice' ? 'qxl' : 'virtio'
  const type = wordOf('hw_video_model', settings.image('hw_video_model'), VIDEO) ?? fallback
  const pointer = wordOf('hw_pointer_model', settings.image('hw_pointer_model'), POINTERS) ?? 'usbtablet'
  const ram = videoRam(settings)
  const memory = ram === null ? {} : { vram: ram }
  return {
    inputs: pointer === 'usbtablet' ? [{ type: 'tablet', bus: 'usb' }] : [],
    graphics: [
      { type: host.graphics, port: -1, autoport: true, listens: [{ type: 'address', address: host.consoleAddress }] },
    ],
    videos: [{ model: { type, ...(type === 'none' ? {} : memory) } }],
  }
}

/** A tenant may ask for no more than the operator allows; without a word of the operator, for none. */
function videoRam(settings: Settings): number | null {
  const most = numberOf('hw_video:ram_max_mb', settings.flavor('hw_video:ram_max_mb'), 0) ?? 0
  const wish = numberOf('hw_video_ram', settings.image('hw_video_ram'), 0)
  if (wish === null || wish === 0) return null
  if (wish > most)
    throw guestDesignErrors.invalid({ setting: 'hw_video_ram', value: String(wish), want: `at most ${most}` })
  return wish * KIB_OF_MIB
}

const TPM_MODELS = ['tpm-tis', 'tpm-crb'] as const

function tpm({ host, tpmSecret }: DesignInput, settings: Settings): Devices {
  const version = wordOf('hw:tpm_version', settings.either('tpm_version'), ['1.2', '2.0'])
  const model = wordOf('hw:tpm_model', settings.either('tpm_model'), TPM_MODELS)
  if (version === null) {
    if (model !== null) throw guestDesignErrors.impossible({ what: 'a TPM needs a version' })
    return {}
  }
  if (version === '1.2' && model === 'tpm-crb')
    throw guestDesignErrors.impossible({ what: 'a TPM 1.2 cannot be of the model tpm-crb' })
  if (host.capabilities?.devices?.tpm?.supported === false) throw guestDesignErrors.unsupported({ what: 'TPM' })
  const secret = tpmSecret === null ? {} : { encryptionSecret: tpmSecret }
  return { tpms: [{ model: model ?? 'tpm-tis', backend: { type: 'emulator', version, ...secret } }] }
}

const WATCHDOG = ['disabled', 'reset', 'poweroff', 'pause', 'none'] as const

function watchdog(settings: Settings): Devices {
  const action = wordOf('hw:watchdog_action', settings.imageFirst('watchdog_action'), WATCHDOG)
  return action === null || action === 'disabled' ? {} : { watchdogs: [{ model: 'i6300esb', action }] }
}

/** There unless the operator forbids it, held to the operator's rate. */
function randomness(settings: Settings): Devices {
  if (truthOf('hw_rng:allowed', settings.flavor('hw_rng:allowed')) === false) return {}
  const bytes = numberOf('hw_rng:rate_bytes', settings.flavor('hw_rng:rate_bytes'), 1)
  const period = numberOf('hw_rng:rate_period', settings.flavor('hw_rng:rate_period'), 1)
  const rate = bytes === null ? {} : { rate: { bytes, ...(period === null ? {} : { period }) } }
  return { rngs: [{ model: 'virtio', ...rate, backend: { model: 'random', path: '/dev/urandom' } }] }
}

function iommu({ host }: DesignInput, machine: Machine, settings: Settings): Devices {
  const word = wordOf('hw:viommu_model', settings.either('viommu_model'), ['intel', 'smmuv3', 'virtio', 'auto'])
  if (word === null) return {}
  const model = word === 'auto' ? (host.arch === 'aarch64' ? 'smmuv3' : machine.isPcie ? 'intel' : 'virtio') : word
  if (model === 'intel' && !machine.isPcie)
    throw guestDesignErrors.impossible({ what: 'an Intel IOMMU needs a q35 machine' })
  return { iommu: { model, ...(model === 'intel' ? { driver: { intremap: true, cachingMode: true } } : {}) } }
}

function soundOf(settings: Settings): Devices {
  const words = ['sb16', 'es1370', 'pcspk', 'ac97', 'ich6', 'ich9', 'usb', 'virtio'] as const
  const model = wordOf('hw:sound_model', settings.either('sound_model'), words)
  return model === null ? {} : { sounds: [{ model }] }
}

function hostdev(device: DesignInput['devices'][number]): NonNullable<Devices['hostdevs']>[number] {
  if (device.type === 'mdev')
    return { mode: 'subsystem', what: { type: 'mdev', model: 'vfio-pci', source: device.uuid } }
  const { domain, bus, slot, function: fn } = device
  return { mode: 'subsystem', what: { type: 'pci', managed: true, source: { domain, bus, slot, function: fn } } }
}
