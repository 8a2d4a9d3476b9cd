import { gib, instant, mib, vcpus } from '@novakit/core'
import type { DesignInput, DiskOrder, HostProfile, NumaPlacement } from '../../../src/design/index.ts'

type Nic = DesignInput['order']['nics'][number]

const server = '11111111-2222-4333-8444-555555555555'
const folder = `/var/lib/novakit/guests/${server}`

export const rootDisk: DiskOrder = {
  role: 'root',
  source: { type: 'file', path: `${folder}/disk` },
  format: 'qcow2',
  deviceType: 'disk',
  bootIndex: 0,
  bus: null,
  deviceName: null,
  serial: null,
  encryptionSecret: null,
}

export const configDrive: DiskOrder = {
  ...rootDisk,
  role: 'config-drive',
  source: { type: 'file', path: `${folder}/disk.config` },
  format: 'raw',
  deviceType: 'cdrom',
  bootIndex: null,
}

export const volume: DiskOrder = {
  ...rootDisk,
  role: 'volume',
  source: {
    type: 'rbd',
    name: 'volumes/v1',
    hosts: [{ name: '10.0.0.9', port: 6789 }],
    auth: { username: 'cinder', secret: '99999999-2222-4333-8444-555555555555' },
  },
  format: 'raw',
  serial: '22222222-2222-4333-8444-555555555555',
}

export const bridgeNic = {
  port: '33333333-2222-4333-8444-555555555555',
  network: '44444444-2222-4333-8444-555555555555',
  server,
  mac: 'fa:16:3e:00:00:01',
  mtu: 1450,
  fixedIps: [{ address: '10.0.0.5', version: 4, prefix: 24, gateway: '10.0.0.1', mode: 'dhcp', dns: [], routes: [] }],
  vifType: 'bridge',
  details: { bridge: 'br0', filter: 'novakit-no-spoof' },
  device: 'tap33333333-22',
  tag: null,
  vlan: null,
  trusted: false,
  floatingIps: [],
  plugEvent: false,
} as unknown as Nic

const host: HostProfile = {
  virtType: 'qemu',
  arch: 'x86_64',
  machineType: 'pc',
  cpu: { mode: 'custom', models: ['qemu64'], flags: [] },
  capabilities: null,
  consoleAddress: '127.0.0.1',
  graphics: 'vnc',
  diskCache: 'none',
  product: { manufacturer: 'novakit', name: 'novakit', version: '0.1.0' },
  pciePorts: 0,
}

/** What a test says of a guest; the rest is a plain one. */
export interface Said {
  readonly specs?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, string>>
  readonly vcpus?: number
  readonly memory?: number
  readonly disks?: readonly DiskOrder[]
  readonly nics?: readonly Nic[]
  readonly host?: Partial<HostProfile>
  readonly numa?: NumaPlacement
  readonly devices?: DesignInput['devices']
  readonly kernel?: string
  readonly ramdisk?: string
  readonly tpmSecret?: string
}

export function input(said: Said = {}): DesignInput {
  const flavor = {
    id: 'f1',
    name: 'm1.small',
    vcpus: vcpus(said.vcpus ?? 2),
    memory: mib(said.memory ?? 512),
    disk: gib(10),
    ephemeral: gib(0),
    swap: mib(0),
    isPublic: true,
    description: null,
    extraSpecs: said.specs ?? {},
  }
  const image = {
    id: '55555555-2222-4333-8444-555555555555',
    name: 'debian',
    status: 'active',
    format: 'qcow2',
    properties: said.properties ?? {},
  }
  const order = {
    server,
    epoch: 7,
    name: 'web <1>',
    hostname: 'web-1',
    project: 'acme',
    user: 'ann',
    createdAt: instant(Date.UTC(2026, 0, 2, 3, 4, 5)),
    flavor,
    image,
    disks: said.disks ?? [rootDisk, configDrive],
    nics: said.nics ?? [bridgeNic],
  } as unknown as DesignInput['order']
  return {
    order,
    files: {
      consoleLog: `${folder}/console.log`,
      agentSocket: `${folder}/agent.sock`,
      kernel: said.kernel ?? null,
      ramdisk: said.ramdisk ?? null,
    },
    host: { ...host, ...said.host },
    numa: said.numa ?? null,
    devices: said.devices ?? [],
    tpmSecret: said.tpmSecret ?? null,
  }
}

/** Two nodes of two dedicated CPUs each, on huge pages of 2 MiB. */
export const twoNodes: NumaPlacement = {
  cells: [
    {
      cpus: [0, 1],
      memoryKib: 2_097_152,
      hostNode: 0,
      pageSizeKib: 2048,
      pins: new Map([
        [0, [2]],
        [1, [3]],
      ]),
    },
    {
      cpus: [2, 3],
      memoryKib: 2_097_152,
      hostNode: 1,
      pageSizeKib: 2048,
      pins: new Map([
        [2, [10]],
        [3, [11]],
      ]),
    },
  ],
  emulatorCpus: null,
  realTime: { cpus: [2, 3], priority: 1 },
}

/** Name of the golden → what is said of the guest. */
export const designs: Readonly<Record<string, Said>> = {
  plain: {},
  'uefi-secure-boot-tpm': {
    specs: { 'os:secure_boot': 'required', 'hw:tpm_version': '2.0', 'hw:tpm_model': 'tpm-crb', 'hw:boot_menu': 'true' },
    properties: { hw_firmware_type: 'uefi', hw_machine_type: 'q35' },
    host: { pciePorts: 2, virtType: 'kvm', cpu: { mode: 'host-model', models: [], flags: ['+pcid', '-svm'] } },
    tpmSecret: '66666666-2222-4333-8444-555555555555',
  },
  'pinned-huge-pages-real-time': {
    vcpus: 4,
    memory: 4096,
    specs: {
      'hw:cpu_policy': 'dedicated',
      'hw:mem_page_size': 'large',
      'hw:cpu_max_sockets': '2',
      'hw:cpu_threads': '2',
    },
    host: { virtType: 'kvm', cpu: { mode: 'host-passthrough', models: [], flags: [] } },
    numa: twoNodes,
  },
  'windows-spice': {
    specs: { 'hw_video:ram_max_mb': '64', 'hw_rng:allowed': 'false', 'hw:hide_hypervisor_id': 'true' },
    properties: {
      os_type: 'windows',
      hw_video_model: 'qxl',
      hw_video_ram: '64',
      hw_pointer_model: 'ps2mouse',
      hw_vif_model: 'e1000',
    },
    host: { graphics: 'spice' },
  },
  'every-quota': {
    specs: {
      'quota:cpu_shares': '2048',
      'quota:cpu_period': '100000',
      'quota:cpu_quota': '50000',
      'quota:disk_read_bytes_sec': '10485760',
      'quota:disk_total_iops_sec': '500',
      'quota:disk_total_iops_sec_max': '1000',
      'quota:vif_inbound_average': '1000',
      'quota:vif_inbound_peak': '2000',
      'quota:vif_outbound_average': '1000',
      'hw_rng:rate_bytes': '1024',
      'hw_rng:rate_period': '1000',
      'hw:locked_memory': 'true',
    },
  },
  'volume-on-scsi-with-agent': {
    properties: {
      hw_disk_bus: 'scsi',
      hw_scsi_model: 'virtio-scsi',
      hw_qemu_guest_agent: 'yes',
      hw_watchdog_action: 'reset',
    },
    specs: { 'hw:serial_port_count': '2' },
    disks: [
      volume,
      {
        ...rootDisk,
        role: 'ephemeral',
        bootIndex: null,
        source: { type: 'block', path: '/dev/vg/eph' },
        format: 'raw',
      },
      { ...volume, bootIndex: null, deviceName: '/dev/sdd', encryptionSecret: '77777777-2222-4333-8444-555555555555' },
      configDrive,
    ],
  },
  'direct-kernel': {
    kernel: '/images/vmlinuz',
    ramdisk: '/images/initrd',
    properties: { os_command_line: 'console=ttyS0 root=/dev/vda ro' },
    host: { graphics: 'none' },
    nics: [],
  },
  'every-interface': {
    vcpus: 4,
    specs: { 'hw:vif_multiqueue_enabled': 'true' },
    nics: [
      { ...bridgeNic, vifType: 'ovs', details: { bridge: 'br-int' } },
      { ...bridgeNic, vifType: 'tap', mac: 'fa:16:3e:00:00:02', details: {}, device: 'tap2' },
      { ...bridgeNic, vifType: 'network', mac: 'fa:16:3e:00:00:03', details: { network: 'private' }, device: 'tap3' },
      { ...bridgeNic, vifType: 'vhostuser', mac: 'fa:16:3e:00:00:04', details: { socket: '/run/vhu', mode: 'server' } },
      { ...bridgeNic, vifType: 'direct', mac: 'fa:16:3e:00:00:05', details: { pci: '0000:81:10.1' }, vlan: 42 },
      { ...bridgeNic, vifType: 'macvtap', mac: 'fa:16:3e:00:00:06', details: { device: 'eth0' } },
    ],
  },
  'host-devices-and-iommu': {
    specs: {
      'hw:viommu_model': 'auto',
      'hw:pmu': 'false',
      'hw:sound_model': 'ich9',
      'hw:maxphysaddr_mode': 'emulate',
      'hw:maxphysaddr_bits': '42',
    },
    properties: { hw_machine_type: 'q35' },
    devices: [
      { type: 'pci', domain: 0, bus: 0x81, slot: 0, function: 1 },
      { type: 'mdev', uuid: '88888888-2222-4333-8444-555555555555' },
    ],
  },
}
