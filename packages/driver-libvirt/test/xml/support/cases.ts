import {
  diskXml,
  domainXml,
  hostdevXml,
  interfaceXml,
  networkXml,
  nwfilterXml,
  secretXml,
  snapshotXml,
  storagePoolXml,
  storageVolumeXml,
  type DomainDescription,
  type XmlDocument,
} from '../../../src/xml/index.ts'

/** A document with its value; `schema` is libvirt's own for it, null where a device has none by itself. */
export interface Case {
  readonly document: XmlDocument<never>
  readonly value: unknown
  readonly schema: string | null
}

function one<T>(document: XmlDocument<T>, schema: string | null, value: T): Case {
  return { document: document as XmlDocument<never>, schema, value }
}

const uuid = '11111111-2222-4333-8444-555555555555'

const plain: DomainDescription = {
  type: 'qemu',
  name: 'instance-00000001',
  uuid,
  title: 'a <guest> & "its" name',
  metadata: [
    {
      name: 'nova:instance',
      attributes: { 'xmlns:nova': 'http://openstack.org/xmlns/libvirt/nova/1.1' },
      children: [
        { name: 'nova:name', attributes: {}, children: ['web & db'] },
        { name: 'nova:flavor', attributes: { name: 'm1.small' }, children: [] },
      ],
    },
    { name: 'novakit:epoch', attributes: { 'xmlns:novakit': 'urn:novakit:guest:1' }, children: ['7'] },
  ],
  memory: 524_288,
  vcpu: { placement: 'static', count: 2 },
  cpuTune: { shares: 2048 },
  sysinfo: {
    type: 'smbios',
    system: [
      { name: 'manufacturer', value: 'novakit' },
      { name: 'product', value: 'novakit' },
      { name: 'serial', value: uuid },
      { name: 'uuid', value: uuid },
    ],
  },
  os: { type: { arch: 'x86_64', machine: 'pc', name: 'hvm' }, boot: ['hd'], smbios: 'sysinfo' },
  features: { acpi: true, apic: true, vmcoreinfo: true },
  cpu: { mode: 'custom', match: 'exact', model: { name: 'qemu64' }, topology: { sockets: 2, cores: 1, threads: 1 } },
  clock: {
    offset: 'utc',
    timers: [
      { name: 'pit', tickPolicy: 'delay' },
      { name: 'rtc', tickPolicy: 'catchup' },
      { name: 'hpet', present: false },
    ],
  },
  devices: {
    disks: [
      {
        type: 'file',
        device: 'disk',
        driver: { name: 'qemu', type: 'qcow2', cache: 'none', discard: 'unmap' },
        source: '/var/lib/novakit/guests/1/disk',
        target: { dev: 'vda', bus: 'virtio' },
        ioTune: { readBytesSec: 10_000_000, totalIopsSec: 500 },
        serial: 'root',
      },
      {
        type: 'file',
        device: 'cdrom',
        driver: { name: 'qemu', type: 'raw' },
        source: '/var/lib/novakit/guests/1/disk.config',
        target: { dev: 'hda', bus: 'ide' },
        readonly: true,
      },
    ],
    interfaces: [
      {
        type: 'bridge',
        source: 'br0',
        mac: 'fa:16:3e:00:00:01',
        target: 'tap0',
        model: 'virtio',
        mtu: 1450,
        filter: { name: 'novakit-no-spoof', parameters: [{ name: 'IP', value: '10.0.0.5' }] },
        bandwidth: { inbound: { average: 1000, peak: 2000, burst: 512 }, outbound: { average: 1000 } },
      },
    ],
    serials: [{ type: 'file', source: { path: '/var/log/novakit/1/console.log', append: true } }],
    channels: [
      {
        type: 'unix',
        source: { mode: 'bind', path: '/var/lib/novakit/guests/1/agent.sock' },
        target: { type: 'virtio', name: 'org.qemu.guest_agent.0' },
      },
    ],
    inputs: [{ type: 'tablet', bus: 'usb' }],
    graphics: [{ type: 'vnc', port: -1, autoport: true, listens: [{ type: 'address', address: '127.0.0.1' }] }],
    videos: [{ model: { type: 'virtio' } }],
    memoryBalloon: { model: 'virtio', statsPeriod: 10 },
    rngs: [
      { model: 'virtio', rate: { bytes: 1024, period: 1000 }, backend: { model: 'random', path: '/dev/urandom' } },
    ],
    watchdogs: [{ model: 'i6300esb', action: 'reset' }],
  },
}

const pinned: DomainDescription = {
  type: 'kvm',
  name: 'pinned',
  uuid,
  memory: 4_194_304,
  memoryBacking: {
    hugePages: { pages: [{ size: 2048, unit: 'KiB', nodeSet: '0-1' }] },
    noSharePages: true,
    locked: true,
  },
  numaTune: {
    memory: { mode: 'strict', nodeSet: '0-1' },
    nodes: [
      { cell: 0, mode: 'strict', nodeSet: '0' },
      { cell: 1, mode: 'strict', nodeSet: '1' },
    ],
  },
  vcpu: { placement: 'static', cpuSet: '2-5', count: 4 },
  iothreads: 1,
  cpuTune: {
    period: 100_000,
    quota: 50_000,
    pins: [2, 3, 4, 5].map((cpu, vcpu) => ({ vcpu, cpuSet: String(cpu) })),
    emulatorPin: '2-5',
    iothreadPins: [{ iothread: 1, cpuSet: '2' }],
    scheduled: [{ cpus: '2-3', scheduler: 'fifo', priority: 1 }],
  },
  os: {
    firmware: 'efi',
    type: { arch: 'x86_64', machine: 'q35', name: 'hvm' },
    loader: { secure: true },
    boot: ['network', 'hd'],
    bootMenu: { enable: true, timeout: 3000 },
  },
  features: {
    acpi: true,
    apic: true,
    hyperv: {
      relaxed: true,
      vapic: true,
      spinlocks: { state: true, retries: 8191 },
      vendorId: { state: true, value: '1234567890ab' },
    },
    kvm: { hidden: true },
    pmu: false,
    smm: true,
    ioapic: 'qemu',
  },
  cpu: {
    mode: 'host-passthrough',
    check: 'none',
    migratable: 'on',
    topology: { sockets: 1, dies: 1, cores: 2, threads: 2 },
    maxPhysicalAddress: { mode: 'emulate', bits: 42 },
    features: [
      { policy: 'require', name: 'pcid' },
      { policy: 'disable', name: 'svm' },
    ],
    numa: {
      cells: [
        { id: 0, cpus: '0-1', memory: 2_097_152, unit: 'KiB', memoryAccess: 'shared' },
        { id: 1, cpus: '2-3', memory: 2_097_152, unit: 'KiB' },
      ],
    },
  },
  clock: { offset: 'localtime', timers: [{ name: 'hypervclock', present: true }] },
  devices: {
    controllers: [
      { type: 'scsi', index: 0, model: 'virtio-scsi', driver: { queues: 4 } },
      { type: 'pci', index: 0, model: 'pcie-root' },
    ],
    disks: [
      {
        type: 'network',
        device: 'disk',
        driver: { name: 'qemu', type: 'raw', cache: 'writeback', detectZeroes: 'unmap' },
        auth: { username: 'cinder', secret: { type: 'ceph', uuid } },
        source: { protocol: 'rbd', name: 'volumes/volume-1', hosts: [{ name: '10.0.0.9', port: 6789 }] },
        target: { dev: 'sda', bus: 'scsi' },
        serial: uuid,
        bootOrder: 1,
        address: { type: 'drive', controller: 0, bus: 0, target: 0, unit: 0 },
      },
      {
        type: 'block',
        device: 'lun',
        driver: { name: 'qemu', type: 'raw', io: 'native', cache: 'none' },
        source: '/dev/disk/by-id/x',
        target: { dev: 'sdb', bus: 'scsi' },
        shareable: true,
        encryption: { format: 'luks', secret: { type: 'passphrase', uuid } },
      },
    ],
    interfaces: [
      {
        type: 'hostdev',
        managed: true,
        source: { type: 'pci', domain: 0, bus: 6, slot: 0x10, function: 1 },
        mac: 'fa:16:3e:00:00:02',
        vlan: { tags: [42] },
      },
      {
        type: 'vhostuser',
        source: { type: 'unix', path: '/run/vhu0', mode: 'server' },
        mac: 'fa:16:3e:00:00:03',
        model: 'virtio',
        driver: { queues: 4, rxQueueSize: 512 },
      },
      {
        type: 'bridge',
        source: 'br-int',
        mac: 'fa:16:3e:00:00:04',
        model: 'virtio',
        virtualPort: { type: 'openvswitch', parameters: { interfaceId: uuid } },
      },
      { type: 'direct', source: { dev: 'eth0', mode: 'passthrough' }, mac: 'fa:16:3e:00:00:05', model: 'virtio' },
    ],
    hostdevs: [
      {
        mode: 'subsystem',
        what: { type: 'pci', managed: true, source: { domain: 0, bus: 0x81, slot: 0, function: 0 } },
      },
      { mode: 'subsystem', what: { type: 'mdev', model: 'vfio-pci', source: uuid } },
    ],
    serials: [
      {
        type: 'tcp',
        source: { mode: 'bind', host: '127.0.0.1', service: '10000' },
        protocol: 'raw',
        log: { file: '/var/log/novakit/2/console.log', append: false },
        target: { port: 0 },
      },
    ],
    consoles: [{ type: 'pty', target: { type: 'serial', port: 0 } }],
    channels: [{ type: 'spicevmc', target: { type: 'virtio', name: 'com.redhat.spice.0' } }],
    graphics: [{ type: 'spice', autoport: true, listen: '127.0.0.1', password: "it's <secret>" }],
    videos: [{ model: { type: 'qxl', ram: 65_536, vram: 65_536, heads: 1, primary: true } }],
    tpms: [{ model: 'tpm-crb', backend: { type: 'emulator', version: '2.0', encryptionSecret: uuid } }],
    filesystems: [
      {
        type: 'mount',
        accessMode: 'passthrough',
        driver: { type: 'virtiofs', queue: 1024 },
        source: '/srv/share',
        target: 'share',
      },
    ],
    memoryModules: [{ model: 'dimm', target: { size: 524_288, node: 0 } }],
    sounds: [{ model: 'ich9' }],
    vsock: { model: 'virtio', cid: { auto: true } },
    iommu: { model: 'intel', driver: { intremap: true, cachingMode: true } },
    memoryBalloon: { model: 'none' },
    panics: [{ model: 'isa' }],
  },
}

const direct: DomainDescription = {
  type: 'qemu',
  name: 'direct-kernel',
  memory: 262_144,
  vcpu: { count: 1 },
  os: {
    type: { arch: 'x86_64', machine: 'pc', name: 'hvm' },
    kernel: '/images/vmlinuz',
    initrd: '/images/initrd',
    cmdline: 'console=ttyS0 root=/dev/vda ro',
  },
  devices: { emulator: '/usr/bin/qemu-system-x86_64', consoles: [{ type: 'pty' }] },
}

/** File name of the golden → the document. */
export const cases: Readonly<Record<string, Case>> = {
  'domain-plain': one(domainXml, 'domain', plain),
  'domain-pinned': one(domainXml, 'domain', pinned),
  'domain-direct-kernel': one(domainXml, 'domain', direct),
  'disk-attach': one(diskXml, null, {
    type: 'file',
    device: 'disk',
    driver: { name: 'qemu', type: 'raw', cache: 'none' },
    source: '/volumes/v1',
    target: { dev: 'vdb', bus: 'virtio' },
    serial: uuid,
  }),
  'interface-attach': one(interfaceXml, null, {
    type: 'ethernet',
    mac: 'fa:16:3e:00:00:06',
    target: 'tap9',
    model: 'virtio',
  }),
  'hostdev-attach': one(hostdevXml, null, {
    mode: 'subsystem',
    what: { type: 'pci', managed: true, driver: 'vfio', source: { domain: 0, bus: 1, slot: 2, function: 3 } },
  }),
  'network-nat': one(networkXml, 'network', {
    name: 'private',
    uuid,
    forward: { mode: 'nat', nat: { ports: { start: 1024, end: 65_535 } } },
    bridge: { name: 'nkbr0', stp: false, delay: 0 },
    mtu: 1450,
    domain: { name: 'private.example', localOnly: true },
    dns: { enable: true, hosts: [{ ip: '10.0.0.2', names: ['dns'] }] },
    ips: [
      {
        address: '10.0.0.1',
        prefix: 24,
        dhcp: {
          ranges: [{ start: '10.0.0.100', end: '10.0.0.200' }],
          hosts: [{ mac: 'fa:16:3e:00:00:01', name: 'web', ip: '10.0.0.5' }],
        },
      },
      { family: 'ipv6', address: 'fd00::1', prefix: 64 },
    ],
  }),
  'network-bridge': one(networkXml, 'network', { name: 'flat', forward: { mode: 'bridge' }, bridge: { name: 'br0' } }),
  'pool-dir': one(storagePoolXml, 'storagepool', {
    type: 'dir',
    name: 'images',
    target: { path: '/srv/images', permissions: { mode: '0711', owner: 0, group: 0 } },
  }),
  'pool-rbd': one(storagePoolXml, 'storagepool', {
    type: 'rbd',
    name: 'ceph',
    source: { hosts: [{ name: '10.0.0.9', port: 6789 }], name: 'volumes' },
  }),
  'volume-overlay': one(storageVolumeXml, 'storagevol', {
    name: 'disk',
    capacity: 10 * 2 ** 30,
    allocation: 0,
    target: { format: 'qcow2', permissions: { mode: '0600', owner: 64_055, group: 64_055 }, compat: '1.1' },
    backingStore: { path: '/cache/base', format: 'raw' },
  }),
  'secret-ceph': one(secretXml, 'secret', {
    ephemeral: false,
    private: true,
    uuid,
    usage: { type: 'ceph', name: 'client.cinder secret' },
  }),
  'secret-volume': one(secretXml, 'secret', {
    ephemeral: true,
    private: true,
    description: 'a LUKS passphrase',
    usage: { type: 'volume', volume: '/volumes/v1' },
  }),
  'nwfilter-no-spoof': one(nwfilterXml, 'nwfilter', {
    name: 'novakit-no-spoof',
    chain: 'root',
    uuid,
    includes: ['no-arp-spoofing'],
    rules: [
      {
        action: 'drop',
        direction: 'out',
        priority: 500,
        matches: [{ protocol: 'mac', match: false, fields: { srcmacaddr: '$MAC' } }],
      },
      {
        action: 'accept',
        direction: 'out',
        priority: 600,
        stateful: false,
        matches: [{ protocol: 'ip', match: true, fields: { srcipaddr: '$IP', protocol: 'udp', srcportstart: '68' } }],
      },
      { action: 'drop', direction: 'inout', priority: 1000 },
    ],
  }),
  'snapshot-disk-only': one(snapshotXml, 'domainsnapshot', {
    name: 'live',
    memory: { snapshot: 'no' },
    disks: [
      { name: 'vda', snapshot: 'external', type: 'file', driver: 'qcow2', source: '/guests/1/disk.delta' },
      { name: 'hda', snapshot: 'no' },
    ],
  }),
}
