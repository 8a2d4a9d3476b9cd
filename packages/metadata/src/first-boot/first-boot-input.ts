import {
  gib,
  id,
  instant,
  mib,
  namedUuid,
  vcpus,
  type FirstBootInput,
  type FixedIp,
  type Image,
  type Nic,
} from '@novakit/core/vocabulary'
import { taggedNic } from '@novakit/core/vocabulary'
import type { DescribedIp, DescribedNic, DescribedServer } from './described-server.ts'

/** The input of drives and service alike, from a few plain words. NICs with a tag, a VLAN or trust become devices. */
export function firstBootInput(given: DescribedServer): FirstBootInput {
  const { server, name = 'server', flavor = 'custom', image = null, userData = null } = given
  const nics = (given.nics ?? []).map((nic, index) => nicOf(server, nic, index))
  return {
    server: id(server),
    name,
    hostname: given.hostname ?? name,
    project: id(given.project ?? 'project'),
    user: id(given.user ?? 'user'),
    launchIndex: given.launchIndex ?? 0,
    reservation: given.reservation ?? 'r-00000000',
    zone: given.zone === undefined ? 'nova' : given.zone,
    flavor: flavorOf(flavor),
    image: image === null ? null : imageOf(image),
    metadata: given.metadata ?? {},
    keys: (given.keys ?? []).map(({ name: key, type = 'ssh', data }) => ({ name: key, type, data })),
    userData: userData === null ? null : bytesOf(userData),
    nics,
    devices: given.devices ?? nics.flatMap(taggedNic),
    files: (given.files ?? []).map(({ path, content }) => ({ path, content: bytesOf(content) })),
    adminPassword: given.adminPassword ?? null,
    randomSeed: given.randomSeed ?? null,
    vendorData: given.vendorData ?? null,
    createdAt: instant(given.createdAt?.getTime() ?? 0),
    ...optionalOf(given),
  }
}

function optionalOf(given: DescribedServer): Partial<FirstBootInput> {
  const { links, securityGroups, dedicatedCpus, blockDeviceNames, ec2, interfacesFile } = given
  const named = { links, securityGroups, dedicatedCpus, blockDeviceNames, ec2, interfacesFile }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content
}

function nicOf(server: string, nic: DescribedNic, index: number): Nic {
  return {
    port: id(nic.port ?? namedUuid(server, 'port', String(index))),
    network: id(nic.network ?? 'network'),
    server: id(server),
    mac: nic.mac,
    mtu: nic.mtu ?? 1500,
    fixedIps: (nic.fixedIps ?? []).map(ipOf),
    vifType: nic.vifType ?? 'bridge',
    details: {},
    device: nic.device ?? '',
    tag: nic.tag ?? null,
    vlan: nic.vlan ?? null,
    trusted: nic.trusted ?? false,
    floatingIps: nic.floatingIps ?? [],
    plugEvent: false,
  }
}

function ipOf({ address, prefix, gateway = null, mode = 'static', dns = [], routes = [] }: DescribedIp): FixedIp {
  return { address, version: address.includes(':') ? 6 : 4, prefix, gateway, mode, dns, routes }
}

function flavorOf(name: string): FirstBootInput['flavor'] {
  const nothing = { vcpus: vcpus(1), memory: mib(0), disk: gib(0), ephemeral: gib(0), swap: mib(0) }
  return { id: id(name), name, ...nothing, isPublic: true, description: null, extraSpecs: {} }
}

function imageOf({ id: image, properties = {} }: NonNullable<DescribedServer['image']>): Image {
  return {
    id: id(image),
    name: image,
    status: 'active',
    format: 'qcow2',
    owner: null,
    visibility: 'public',
    size: null,
    virtualSize: null,
    minDisk: gib(0),
    minMemory: mib(0),
    properties,
    checksum: null,
    createdAt: instant(0),
  }
}
