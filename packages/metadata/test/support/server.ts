import {
  gib,
  id,
  instant,
  mib,
  vcpus,
  type FirstBootInput,
  type FixedIp,
  type FlavorId,
  type Image,
  type ImageId,
  type NetworkId,
  type Nic,
  type PortId,
  type ProjectId,
  type ServerId,
  type UserId,
} from '@novakit/core'

/** A server with something of everything. */
export function aServer(given: Partial<FirstBootInput> = {}): FirstBootInput {
  return {
    server: id<ServerId>('5b3f7a1e-6a0e-4f6c-9d51-3f0a9c1b2d3e'),
    name: 'Wëb 1',
    hostname: 'web-1',
    project: id<ProjectId>('f7ac731cc11f40efbc03a9f9e1d1d21f'),
    user: id<UserId>('a7ac731cc11f40efbc03a9f9e1d1d21a'),
    launchIndex: 0,
    reservation: 'r-k8s3x0ab',
    zone: 'nova',
    flavor: {
      id: id<FlavorId>('1'),
      name: 'm1.small',
      vcpus: vcpus(1),
      memory: mib(2048),
      disk: gib(20),
      ephemeral: gib(0),
      swap: mib(0),
      isPublic: true,
      description: null,
      extraSpecs: {},
    },
    image: anImage(),
    metadata: { role: 'webserver', priority: 'low' },
    keys: [{ name: 'mykey', type: 'ssh', data: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@here\n' }],
    userData: Buffer.from('#!/bin/sh\necho hello\n'),
    nics: [aNic()],
    devices: [
      {
        type: 'nic',
        bus: 'pci',
        address: '0000:00:02.0',
        mac: 'fa:16:3e:9c:bf:3d',
        tags: ['front'],
        vlan: 7,
        trusted: true,
      },
      { type: 'disk', bus: 'scsi', address: '0:0:0:1', serial: 'disk-vol-2352423', path: '/dev/sda', tags: ['db'] },
      { type: 'share', bus: 'none', address: 'none', share: '84cd2d1c', shareTag: 'data', tags: [] },
    ],
    files: [],
    adminPassword: null,
    randomSeed: Buffer.alloc(512, 7),
    vendorData: { 'cloud-init': '#cloud-config\nssh_pwauth: false\n' },
    createdAt: instant(Date.UTC(2026, 0, 2, 3, 4, 5)),
    ...given,
  }
}

export function anImage(properties: Readonly<Record<string, string>> = {}): Image {
  return {
    id: id<ImageId>('155d900f-4e14-4e4c-a73d-069cbf4541e6'),
    name: 'debian',
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

export function aNic(given: Partial<Nic> = {}): Nic {
  return {
    port: id<PortId>('cd9f6d46-4a3a-43ab-a466-994af9db96fc'),
    network: id<NetworkId>('99e88329-f20d-4741-9593-25bf07847b16'),
    server: id<ServerId>('5b3f7a1e-6a0e-4f6c-9d51-3f0a9c1b2d3e'),
    mac: 'fa:16:3e:9c:bf:3d',
    mtu: 1450,
    fixedIps: [anAddress()],
    vifType: 'ovs',
    details: {},
    device: 'tapcd9f6d46-4a',
    tag: null,
    vlan: null,
    trusted: false,
    floatingIps: ['203.0.113.9'],
    plugEvent: true,
    ...given,
  }
}

export function anAddress(given: Partial<FixedIp> = {}): FixedIp {
  return {
    address: '10.0.0.5',
    version: 4,
    prefix: 24,
    gateway: '10.0.0.1',
    mode: 'static',
    dns: ['8.8.8.8'],
    routes: [{ destination: '10.9.8.7/16', nexthop: '10.0.0.2' }],
    ...given,
  }
}

export function aV6Address(given: Partial<FixedIp> = {}): FixedIp {
  return {
    address: '2001:db8:1::5',
    version: 6,
    prefix: 64,
    gateway: '2001:db8:1::1',
    mode: 'static',
    dns: ['2001:4860:4860::8888'],
    routes: [{ destination: '2001:db8:2:3::/48', nexthop: 'fe80::1' }],
    ...given,
  }
}
