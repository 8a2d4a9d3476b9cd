import { attribute, child, content, leaf, list, mark, presence, record, variants } from '../base/fields.ts'
import { integer, onOff, string, word, yesNo } from '../base/scalars.ts'

/** What the guest starts with. */
export const os = record({
  firmware: attribute('firmware', word('bios', 'efi')).maybe,
  type: child(
    'type',
    record({
      arch: attribute('arch', string).maybe,
      machine: attribute('machine', string).maybe,
      name: content(word('hvm', 'linux', 'xen', 'exe')),
    }),
  ),
  firmwareFeatures: child(
    'firmware',
    record({
      features: list(
        'feature',
        record({ enabled: attribute('enabled', yesNo), name: attribute('name', word('enrolled-keys', 'secure-boot')) }),
      ),
    }),
  ).maybe,
  loader: child(
    'loader',
    record({
      readonly: attribute('readonly', yesNo).maybe,
      secure: attribute('secure', yesNo).maybe,
      type: attribute('type', word('rom', 'pflash')).maybe,
      stateless: attribute('stateless', yesNo).maybe,
      path: content(string).maybe,
    }),
  ).maybe,
  nvram: child('nvram', record({ template: attribute('template', string).maybe, path: content(string).maybe })).maybe,
  /** For direct boot: kernel and ramdisk are files of the host. */
  kernel: leaf('kernel', string).maybe,
  initrd: leaf('initrd', string).maybe,
  cmdline: leaf('cmdline', string).maybe,
  boot: list('boot', attribute('dev', word('hd', 'cdrom', 'network', 'fd'))),
  bootMenu: child(
    'bootmenu',
    record({ enable: attribute('enable', yesNo), timeout: attribute('timeout', integer).maybe }),
  ).maybe,
  smbios: mark('smbios', 'mode', word('sysinfo', 'host', 'emulate')).maybe,
  bios: child(
    'bios',
    record({
      useSerial: attribute('useserial', yesNo).maybe,
      rebootTimeout: attribute('rebootTimeout', integer).maybe,
    }),
  ).maybe,
})

/** What the guest reads in its SMBIOS tables: `{ name: 'serial', value: … }`. */
export const sysinfo = variants('type', {
  smbios: record({
    bios: child('bios', entries()).maybe,
    system: child('system', entries()).maybe,
    chassis: child('chassis', entries()).maybe,
  }),
})

function entries() {
  return list('entry', record({ name: attribute('name', string), value: content(string) }))
}

const state = (name: string) => mark(name, 'state', onOff).maybe

export const features = record({
  acpi: presence('acpi'),
  apic: presence('apic'),
  pae: presence('pae'),
  hyperv: child(
    'hyperv',
    record({
      mode: attribute('mode', word('custom', 'passthrough')).maybe,
      relaxed: state('relaxed'),
      vapic: state('vapic'),
      spinlocks: child(
        'spinlocks',
        record({ state: attribute('state', onOff), retries: attribute('retries', integer).maybe }),
      ).maybe,
      vpindex: state('vpindex'),
      runtime: state('runtime'),
      synic: state('synic'),
      reset: state('reset'),
      vendorId: child(
        'vendor_id',
        record({ state: attribute('state', onOff), value: attribute('value', string).maybe }),
      ).maybe,
      frequencies: state('frequencies'),
      reenlightenment: state('reenlightenment'),
      tlbflush: state('tlbflush'),
      ipi: state('ipi'),
      evmcs: state('evmcs'),
      stimer: state('stimer'),
    }),
  ).maybe,
  kvm: child('kvm', record({ hidden: state('hidden') })).maybe,
  pmu: state('pmu'),
  vmport: state('vmport'),
  smm: state('smm'),
  ioapic: mark('ioapic', 'driver', word('kvm', 'qemu')).maybe,
  vmcoreinfo: state('vmcoreinfo'),
})

export const clock = record({
  offset: attribute('offset', word('utc', 'localtime', 'timezone', 'variable', 'absolute')),
  timezone: attribute('timezone', string).maybe,
  adjustment: attribute('adjustment', string).maybe,
  timers: list(
    'timer',
    record({
      name: attribute('name', word('platform', 'pit', 'rtc', 'hpet', 'tsc', 'kvmclock', 'hypervclock', 'armvtimer')),
      tickPolicy: attribute('tickpolicy', word('delay', 'catchup', 'merge', 'discard')).maybe,
      present: attribute('present', yesNo).maybe,
    }),
  ),
})
