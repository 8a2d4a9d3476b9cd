import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasCode } from '@novakit/core'
import { cpuTopology, designGuest, epochIn, pciPlace, settingsOf, type DesignInput } from '../../src/index.ts'
import { bridgeNic, configDrive, input, rootDisk, twoNodes, volume, type Said } from './support/orders.ts'

const guest = (said: Said) => designGuest(input(said))
const devices = (said: Said) => guest(said).devices ?? expect.fail('it has devices')

function refusal(said: Said): unknown {
  try {
    guest(said)
    return null
  } catch (error) {
    return error
  }
}

const settings = (specs: Readonly<Record<string, string>>, properties: Readonly<Record<string, string>> = {}) =>
  settingsOf({ extraSpecs: specs }, { properties })

describe('CPU topology', () => {
  test.each([
    [4, {}, {}, '4,1,1'],
    [4, { 'hw:cpu_cores': '2' }, {}, '2,2,1'],
    [4, { 'hw:cpu_max_sockets': '1' }, {}, '1,4,1'],
    [4, { 'hw:cpu_max_sockets': '1', 'hw:cpu_threads': '2' }, {}, '1,2,2'],
    [8, { 'hw:cpu_sockets': '2', 'hw:cpu_cores': '2' }, {}, '2,2,2'],
    [4, { 'hw:cpu_sockets': '2' }, { hw_cpu_sockets: '1' }, '1,4,1'],
    [6, { 'hw:cpu_cores': '4' }, {}, '6,1,1'],
    [1, { 'hw:cpu_threads': '2' }, {}, '1,1,1'],
  ])('of %i CPUs under %j and %j is %s', (vcpus, specs, properties, expected) => {
    const { sockets, cores, threads } = cpuTopology(vcpus, settings(specs, properties))
    expect([sockets, cores, threads].join(',')).toBe(expected)
  })

  test('always makes up all CPUs, within every limit', () => {
    const some = fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined })
    const specs = fc.record({
      sockets: some,
      cores: some,
      threads: some,
      max_sockets: some,
      max_cores: some,
      max_threads: some,
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), specs, (vcpus, said) => {
        const given = Object.entries(said).flatMap(([key, value]) =>
          value === undefined ? [] : [[`hw:cpu_${key}`, `${value}`]],
        )
        try {
          const { sockets, cores, threads } = cpuTopology(
            vcpus,
            settings(Object.fromEntries(given) as Record<string, string>),
          )
          expect(sockets * cores * threads).toBe(vcpus)
          expect(sockets).toBeLessThanOrEqual(said.max_sockets ?? 64)
          expect(cores).toBeLessThanOrEqual(said.max_cores ?? 64)
          expect(threads).toBeLessThanOrEqual(said.max_threads ?? 64)
        } catch (error) {
          if (!hasCode(error, 'guest_design.impossible')) throw error
        }
      }),
    )
  })

  test('a tenant cannot ask for more than the operator allows', () => {
    const asked = () => cpuTopology(4, settings({ 'hw:cpu_max_sockets': '2' }, { hw_cpu_sockets: '4' }))
    expect(asked).toThrow('contradict')
    expect(() => cpuTopology(4, settings({ 'hw:cpu_max_sockets': '2' }, { hw_cpu_max_sockets: '3' }))).toThrow(
      'contradict',
    )
  })
})

describe('disks', () => {
  test('are named by their bus, in order, around the names that were asked for', () => {
    const other = { ...rootDisk, bootIndex: null }
    const disks = [rootDisk, { ...other, deviceName: '/dev/vdb' }, other, { ...other, bus: 'scsi' }, configDrive]
    expect(devices({ disks }).disks?.map(({ target }) => target?.dev)).toEqual(['vda', 'vdb', 'vdc', 'sda', 'hda'])
  })

  test('have names beyond the alphabet', () => {
    const disks = Array.from({ length: 30 }, () => ({ ...rootDisk, bootIndex: null }))
    expect(
      devices({ disks })
        .disks?.slice(25)
        .map(({ target }) => target?.dev),
    ).toEqual(['vdz', 'vdaa', 'vdab', 'vdac', 'vdad'])
  })

  test('put a drive where the board has one', () => {
    const busOn = (hw_machine_type: string, more = {}) =>
      devices({ properties: { hw_machine_type, ...more } }).disks?.at(-1)?.target?.bus
    expect(busOn('pc')).toBe('ide')
    expect(busOn('q35')).toBe('sata')
    expect(busOn('q35', { hw_cdrom_bus: 'scsi' })).toBe('scsi')
  })

  test('bring a controller for SCSI in the model of the image', () => {
    expect(devices({ properties: { hw_disk_bus: 'scsi', hw_scsi_model: 'lsilogic' } }).controllers).toEqual([
      { type: 'scsi', index: 0, model: 'lsilogic' },
    ])
    expect(devices({}).controllers).toEqual([])
  })

  test('boot in the order of their indexes, and the rest not at all', () => {
    const disks = [{ ...volume, bootIndex: 1 }, rootDisk, { ...rootDisk, bootIndex: -1 }, configDrive]
    expect(devices({ disks }).disks?.map(({ bootOrder }) => bootOrder)).toEqual([2, 1, undefined, undefined])
  })

  test('of the flavor are held to its quotas, volumes and drives are not', () => {
    const specs = { 'quota:disk_total_iops_sec': '10' }
    const tuned = devices({ specs, disks: [rootDisk, volume, configDrive] }).disks?.map(({ ioTune }) => ioTune)
    expect(tuned).toEqual([{ totalIopsSec: 10 }, undefined, undefined])
  })

  test('S-IMG-4: always say their format, so that QEMU guesses none', () => {
    const all = devices({ disks: [rootDisk, volume, configDrive] }).disks
    expect(all?.map(({ driver }) => driver?.type)).toEqual(['qcow2', 'raw', 'raw'])
  })
})

describe('what image and flavor say', () => {
  test.each<[string, Said]>([
    ['a virtio CD-ROM', { properties: { hw_cdrom_bus: 'virtio' } }],
    ['IDE on q35', { properties: { hw_machine_type: 'q35', hw_cdrom_bus: 'ide' } }],
    ['secure boot on a BIOS', { specs: { 'os:secure_boot': 'required' } }],
    ['a TPM 1.2 as tpm-crb', { specs: { 'hw:tpm_version': '1.2', 'hw:tpm_model': 'tpm-crb' } }],
    ['a TPM without a version', { specs: { 'hw:tpm_model': 'tpm-crb' } }],
    ['an Intel IOMMU on pc', { specs: { 'hw:viommu_model': 'intel' } }],
    ['a bridge that is not named', { nics: [{ ...bridgeNic, details: {} }] }],
    ['NUMA nodes for other CPUs', { vcpus: 2, memory: 4096, numa: twoNodes }],
    ['NUMA nodes for other memory', { vcpus: 4, memory: 512, numa: twoNodes }],
  ])('is refused where it cannot be: %s', (_, said) => {
    expect(hasCode(refusal(said), 'guest_design.impossible')).toBe(true)
  })

  test.each<[string, Said]>([
    ['a bus', { properties: { hw_disk_bus: 'floppy-ish' } }],
    ['a number', { specs: { 'quota:cpu_shares': 'many' } }],
    ['a negative number', { specs: { 'quota:disk_total_iops_sec': '-1' } }],
    ['a truth', { specs: { 'hw:boot_menu': 'perhaps' } }],
    ['a device name', { disks: [{ ...rootDisk, deviceName: '../vda' }] }],
    ['a model of interface', { properties: { hw_vif_model: "x' onload='" } }],
    ['a watchdog action', { properties: { hw_watchdog_action: 'explode' } }],
    [
      'more video memory than the operator allows',
      { properties: { hw_video_ram: '65' }, specs: { 'hw_video:ram_max_mb': '64' } },
    ],
    ['video memory where the operator allows none', { properties: { hw_video_ram: '1' } }],
  ])('is refused by what it should be: %s', (_, said) => {
    expect(hasCode(refusal(said), 'guest_design.invalid')).toBe(true)
  })

  test.each<[string, Said]>([
    ['machine type', { specs: { 'hw:machine_type': 'q35' }, properties: { hw_machine_type: 'pc' } }],
    ['PMU', { specs: { 'hw:pmu': 'true' }, properties: { hw_pmu: 'false' } }],
    ['serial ports', { specs: { 'hw:serial_port_count': '1' }, properties: { hw_serial_port_count: '2' } }],
  ])('is refused where they contradict one another: %s', (_, said) => {
    expect(hasCode(refusal(said), 'guest_design.contradiction')).toBe(true)
  })

  test('a watchdog of the image wins over the one of the flavor, and may be none', () => {
    const specs = { 'hw:watchdog_action': 'reset' }
    expect(devices({ specs, properties: { hw_watchdog_action: 'pause' } }).watchdogs?.[0]?.action).toBe('pause')
    expect(devices({ specs, properties: { hw_watchdog_action: 'disabled' } }).watchdogs).toBeUndefined()
  })

  test('a name of a thing in every object is a setting of nobody', () => {
    expect(settings({}).flavor('constructor')).toBeNull()
    expect(settings({}).image('__proto__')).toBeNull()
  })
})

describe('what the host can do', () => {
  const capabilities = {
    path: '/usr/bin/qemu-system-x86_64',
    type: 'qemu',
    machine: 'pc',
    arch: 'x86_64',
    os: { supported: true, enums: [{ name: 'firmware', values: ['bios'] }] },
    cpu: {
      modes: [
        {
          name: 'custom' as const,
          supported: true,
          models: [
            { name: 'EPYC', usable: 'no' as const },
            { name: 'qemu64', usable: 'yes' as const },
          ],
        },
      ],
    },
    devices: {
      disk: { supported: true, enums: [{ name: 'bus', values: ['virtio', 'ide'] }] },
      tpm: { supported: false },
    },
  } as unknown as NonNullable<DesignInput['host']['capabilities']>

  test('decides which CPU model is taken: the first that runs', () => {
    const cpu = { mode: 'custom' as const, models: ['Unheard', 'EPYC', 'qemu64'], flags: [] }
    expect(guest({ host: { capabilities, cpu } }).cpu?.model?.name).toBe('qemu64')
    const none = refusal({ host: { capabilities, cpu: { ...cpu, models: ['EPYC'] } } })
    expect(none).toMatchObject({ code: 'guest_design.unsupported', help: 'elsewhere' })
  })

  test.each<[string, Said]>([
    ['firmware', { properties: { hw_firmware_type: 'uefi' } }],
    ['bus', { properties: { hw_disk_bus: 'scsi' } }],
    ['TPM', { specs: { 'hw:tpm_version': '2.0' } }],
    ['way to plug', { nics: [{ ...bridgeNic, vifType: 'carrier-pigeon' }] }],
  ])('sends a guest elsewhere that needs another %s', (what, said) => {
    expect(refusal({ ...said, host: { capabilities } })).toMatchObject({
      code: 'guest_design.unsupported',
      help: 'elsewhere',
      message: expect.stringContaining(what),
    })
  })

  test('is never guessed: the kind of virtualisation is the one that was said', () => {
    expect(guest({ host: { virtType: 'qemu' } }).type).toBe('qemu')
    expect(guest({ host: { virtType: 'kvm' } }).type).toBe('kvm')
  })
})

describe('a guest', () => {
  test('S-HOST-2: has a serial number of its own, not the host’s', () => {
    const { sysinfo, uuid } = guest({})
    const serial = sysinfo?.type === 'smbios' ? sysinfo.system?.find(({ name }) => name === 'serial')?.value : null
    expect(serial).toBe(uuid)
  })

  test('that is not ours has no epoch', () => {
    expect(epochIn(undefined)).toBeNull()
    expect(
      epochIn([{ name: 'other:guest', attributes: { 'xmlns:other': 'urn:other', epoch: '9' }, children: [] }]),
    ).toBeNull()
  })

  test('has consoles that listen where the operator says', () => {
    const [vnc] = devices({ host: { consoleAddress: '10.1.1.1' } }).graphics ?? []
    expect(vnc).toMatchObject({ type: 'vnc', listens: [{ type: 'address', address: '10.1.1.1' }] })
  })
})

describe('a place on the PCI bus', () => {
  test('is read from its address', () => {
    expect(pciPlace('0000:81:1f.7')).toEqual({ domain: 0, bus: 0x81, slot: 0x1f, function: 7 })
  })

  test.each(['', '81:00.1', '0000:81:00.8', '0000:81:00.1; rm'])('is not read from %j', (address) => {
    expect(() => pciPlace(address)).toThrow('PCI address')
  })
})
