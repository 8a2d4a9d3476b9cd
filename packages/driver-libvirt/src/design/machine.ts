import type { DomainDescription } from '../xml/domain/domain.ts'
import { guestDesignErrors } from './errors.ts'
import type { DesignInput } from './guest-order.ts'
import { numberOf, truthOf, wordOf, type Settings } from './settings.ts'

/** The board that a guest is built on, decided before everything else. */
export interface Machine {
  readonly type: string
  /** q35 and what comes after it: PCIe, SATA where `pc` has IDE. */
  readonly isPcie: boolean
  readonly firmware: 'bios' | 'efi'
  readonly secureBoot: boolean
  readonly windows: boolean
}

export function machineOf({ host }: Pick<DesignInput, 'host'>, settings: Settings): Machine {
  const type = settings.either('machine_type') ?? host.machineType
  const isPcie = /q35|virt/.test(type)
  const firmwareWord = wordOf('hw_firmware_type', settings.image('hw_firmware_type'), ['bios', 'uefi'])
  const secureWord = settings.flavor('os:secure_boot') ?? settings.image('os_secure_boot')
  const wish = wordOf('os:secure_boot', secureWord, ['required', 'optional', 'disabled'])
  const firmware = firmwareWord === 'uefi' || (firmwareWord === null && host.arch === 'aarch64') ? 'efi' : 'bios'
  if (wish === 'required' && (firmware !== 'efi' || !isPcie))
    throw guestDesignErrors.impossible({ what: 'secure boot needs UEFI firmware and a q35 machine' })
  const known = host.capabilities?.os?.enums?.find(({ name }) => name === 'firmware')?.values
  if (firmware === 'efi' && known !== undefined && !known.includes('efi'))
    throw guestDesignErrors.unsupported({ what: 'UEFI firmware' })
  return {
    type,
    isPcie,
    firmware,
    secureBoot: firmware === 'efi' && isPcie && (wish === 'required' || wish === 'optional'),
    windows: settings.image('os_type') === 'windows',
  }
}

/** How the guest starts. With a kernel of its own no firmware looks for one. */
export function guestOs({ host, files }: DesignInput, machine: Machine, settings: Settings): DomainDescription['os'] {
  const type = { arch: host.arch, machine: machine.type, name: 'hvm' as const }
  const menu = truthOf('hw:boot_menu', settings.either('boot_menu'))
  if (files.kernel !== null)
    return {
      type,
      kernel: files.kernel,
      ...(files.ramdisk === null ? {} : { initrd: files.ramdisk }),
      cmdline: settings.image('os_command_line') ?? 'root=/dev/vda console=tty0 console=ttyS0 console=hvc0',
      smbios: 'sysinfo',
    }
  return {
    ...(machine.firmware === 'efi' ? { firmware: 'efi' as const } : {}),
    type,
    ...(machine.firmware === 'efi' ? { loader: { secure: machine.secureBoot } } : {}),
    ...(menu === true ? { bootMenu: { enable: true } } : {}),
    smbios: 'sysinfo',
  }
}

export function guestFeatures(machine: Machine, settings: Settings): NonNullable<DomainDescription['features']> {
  const hidden =
    truthOf('hw:hide_hypervisor_id', settings.flavor('hw:hide_hypervisor_id')) === true ||
    truthOf('img_hide_hypervisor_id', settings.image('img_hide_hypervisor_id')) === true
  const pmu = truthOf('hw:pmu', settings.either('pmu'))
  return {
    acpi: true,
    apic: true,
    ...(machine.windows ? { hyperv: enlightened(hidden) } : {}),
    ...(hidden ? { kvm: { hidden: true } } : {}),
    ...(pmu === null ? {} : { pmu }),
    ...(machine.secureBoot ? { smm: true } : {}),
    vmcoreinfo: true,
  }
}

/** What Windows runs better with; and one name that some drivers of graphics cards want not to see. */
function enlightened(hidden: boolean) {
  return {
    relaxed: true,
    vapic: true,
    spinlocks: { state: true, retries: 8191 },
    vpindex: true,
    runtime: true,
    synic: true,
    reset: true,
    frequencies: true,
    tlbflush: true,
    ipi: true,
    ...(hidden ? { vendorId: { state: true, value: '1234567890ab' } } : {}),
  }
}

export function guestClock(
  { host }: Pick<DesignInput, 'host'>,
  machine: Machine,
  settings: Settings,
): NonNullable<DomainDescription['clock']> {
  const x86 = host.arch === 'x86_64' || host.arch === 'i686'
  const hpet = truthOf('hw:time_hpet', settings.either('time_hpet')) ?? false
  return {
    offset: machine.windows ? 'localtime' : 'utc',
    timers: [
      { name: 'pit', tickPolicy: 'delay' },
      { name: 'rtc', tickPolicy: 'catchup' },
      ...(x86 ? [{ name: 'hpet' as const, present: hpet }] : []),
      ...(machine.windows ? [{ name: 'hypervclock' as const, present: true }] : []),
    ],
  }
}

/** `hw:serial_port_count` is the operator's most; a tenant may take fewer. */
export function serialPorts(settings: Settings): number {
  const most = numberOf('hw:serial_port_count', settings.flavor('hw:serial_port_count'), 1, 4)
  const wish = numberOf('hw_serial_port_count', settings.image('hw_serial_port_count'), 1, 4)
  if (most !== null && wish !== null && wish > most)
    throw guestDesignErrors.contradiction({ setting: 'hw:serial_port_count' })
  return wish ?? most ?? 1
}
