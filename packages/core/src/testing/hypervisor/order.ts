import type { FlavorId, NodeName, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { SpawnOrder } from '../../ports/hypervisor.ts'
import { frozenCopy } from '../../domain/json.ts'
import { gib, instant, mib, vcpus } from '../../domain/unit/units.ts'
import { id } from '../../domain/ids.ts'

const flavor: SpawnOrder['flavor'] = {
  id: id<FlavorId>('sample'),
  name: 'sample',
  vcpus: vcpus(1),
  memory: mib(256),
  disk: gib(1),
  ephemeral: gib(0),
  swap: mib(0),
  isPublic: true,
  description: null,
  extraSpecs: {},
}

const rootDisk: SpawnOrder['disks'][number] = {
  role: 'root',
  bootIndex: 0,
  size: gib(1),
  backing: null,
  bus: null,
  deviceName: null,
  deviceType: 'disk',
  format: null,
  tag: null,
  serial: null,
}

/** A small complete order: one CPU, 256 MiB, one blank root disk of 1 GiB, no NIC, no config drive. Deeply frozen. */
export function sampleSpawnOrder(change: Partial<SpawnOrder> & { readonly server: ServerId }): SpawnOrder {
  return frozenCopy({
    node: id<NodeName>('host-1'),
    epoch: 1,
    name: 'sample',
    hostname: 'sample',
    project: id<ProjectId>('6f70656e-0000-4000-8000-000000000001'),
    user: id<UserId>('6f70656e-0000-4000-8000-000000000002'),
    flavor,
    image: null,
    metadata: {},
    disks: [rootDisk],
    nics: [],
    configDrive: null,
    allocations: new Map(),
    powerOn: true,
    createdAt: instant(Date.UTC(2026, 0, 1)),
    ...change,
  })
}
