import { anything, attribute, child, leaf, mark, record, type ValueOf } from '../base/fields.ts'
import { xmlDocument } from '../base/document.ts'
import { integer, string, word } from '../base/scalars.ts'
import { kibibytes } from '../base/sizes.ts'
import { cpu, cpuTune, vcpu } from './cpu.ts'
import { devices } from './devices.ts'
import { memoryBacking, memoryTune, numaTune } from './memory.ts'
import { clock, features, os, sysinfo } from './os.ts'

const action = word('destroy', 'restart', 'preserve', 'rename-restart', 'coredump-destroy', 'coredump-restart')

const fields = {
  /** Said, never guessed: a host with /dev/kvm may have a KVM that runs nothing. */
  type: attribute('type', word('qemu', 'kvm', 'test')),
  id: attribute('id', integer).maybe,
  name: leaf('name', string),
  uuid: leaf('uuid', string).maybe,
  title: leaf('title', string).maybe,
  description: leaf('description', string).maybe,
  /** Elements of other namespaces, as they are. */
  metadata: child('metadata', anything).maybe,
  /** KiB. */
  memory: kibibytes('memory'),
  currentMemory: kibibytes('currentMemory').maybe,
  memoryBacking: child('memoryBacking', memoryBacking).maybe,
  memoryTune: child('memtune', memoryTune).maybe,
  numaTune: child('numatune', numaTune).maybe,
  vcpu: child('vcpu', vcpu).maybe,
  iothreads: leaf('iothreads', integer).maybe,
  cpuTune: child('cputune', cpuTune).maybe,
  sysinfo: child('sysinfo', sysinfo).maybe,
  os: child('os', os),
  features: child('features', features).maybe,
  cpu: child('cpu', cpu).maybe,
  clock: child('clock', clock).maybe,
  onPoweroff: leaf('on_poweroff', action).maybe,
  onReboot: leaf('on_reboot', action).maybe,
  onCrash: leaf('on_crash', action).maybe,
  pm: child(
    'pm',
    record({
      suspendToMemory: mark('suspend-to-mem', 'enabled', word('yes', 'no')).maybe,
      suspendToDisk: mark('suspend-to-disk', 'enabled', word('yes', 'no')).maybe,
    }),
  ).maybe,
  launchSecurity: child(
    'launchSecurity',
    record({ type: attribute('type', word('sev', 's390-pv')), policy: leaf('policy', string).maybe }),
  ).maybe,
  devices: child('devices', devices).maybe,
}

/** A guest, as libvirt's domain XML describes it: what we say of guests, and what we look for in theirs. */
export type DomainDescription = ValueOf<typeof fields>

export const domainXml = xmlDocument<DomainDescription>('domain', record(fields))
