import {
  gib,
  id,
  instant,
  mib,
  vcpus,
  type Image,
  type RequestSpec,
  type ResourceGroup,
  type ResourceRequest,
  type Resources,
} from '@novakit/core'
import type { DeviceRequest, Shape } from './workload.ts'

/** Image property under which a request's kind is known to policies. */
export const KIND = 'lab_kind'

/** Makes shapes; requests that ask for the same get the very same one. */
export interface Shapes {
  of(kind: string | null, resources: Resources, devices: readonly DeviceRequest[]): Shape
}

export function openShapes(): Shapes {
  const known = new Map<string, Shape>()
  return {
    of: (given, asked, sorts) => {
      const resources = Object.fromEntries(Object.entries(asked).filter(([, amount]) => amount > 0))
      const devices = sorts.filter(({ count, units }) => count > 0 && units > 0)
      const kind = given ?? kindOf(devices)
      const key = JSON.stringify([kind, resources, devices])
      const before = known.get(key)
      if (before !== undefined) return before
      const shape = {
        kind,
        resources,
        devices,
        total: totalOf(resources, devices),
        request: requestOf(kind, resources, devices),
      }
      known.set(key, shape)
      return shape
    },
  }
}

/** By what it takes of devices: none, a part of one, or so many. */
function kindOf(devices: readonly DeviceRequest[]): string {
  const [first] = devices
  if (first === undefined) return 'no device'
  const count = devices.reduce((sum, each) => sum + each.count, 0)
  if (count > 1) return `${count} devices`
  return first.units < 1000 && first.class.endsWith('_MILLI') ? 'part of a device' : '1 device'
}

function totalOf(resources: Resources, devices: readonly DeviceRequest[]): Resources {
  const total: Record<string, number> = { ...resources }
  for (const { class: name, count, units } of devices) total[name] = (total[name] ?? 0) + count * units
  return total
}

function requestOf(kind: string, resources: Resources, devices: readonly DeviceRequest[]): RequestSpec {
  const memory = mib(resources['MEMORY_MB'] ?? 0)
  const size = { vcpus: vcpus(resources['VCPU'] ?? 0), memory, disk: gib(resources['DISK_GB'] ?? 0) }
  const flavor = { id: id<RequestSpec['flavor']['id']>(kind), name: kind, ...size }
  return {
    project: id('lab'),
    user: id('lab'),
    servers: [],
    flavor: { ...flavor, ephemeral: gib(0), swap: mib(0), isPublic: true, description: null, extraSpecs: {} },
    image: devices.length === 0 ? null : imageOf(kind),
    zone: null,
    group: null,
    hints: {},
    destination: { ignoredHosts: [], cell: null },
    networks: 'none',
    blockDevices: [],
    bootFromVolume: false,
    resources: resourceRequest(resources, devices),
    internal: {},
  }
}

function imageOf(kind: string): Image {
  return {
    id: id(kind),
    name: kind,
    status: 'active',
    format: 'raw',
    owner: null,
    visibility: 'public',
    size: null,
    virtualSize: null,
    minDisk: gib(0),
    minMemory: mib(0),
    properties: { [KIND]: kind },
    checksum: null,
    createdAt: instant(0),
  }
}

/** The root's amounts as the group without a suffix, and a group for each device, all on devices of their own. */
function resourceRequest(resources: Resources, devices: readonly DeviceRequest[]): ResourceRequest {
  const none = { required: [], forbidden: [], memberOf: [], forbiddenAggregates: [], inTree: null }
  const root: readonly ResourceGroup[] = Object.keys(resources).length === 0 ? [] : [{ suffix: '', resources, ...none }]
  const groups = devices.flatMap(({ class: name, count, units, traits }, sort) =>
    Array.from({ length: count }, (_, at) => ({
      ...none,
      suffix: `_${sort}_${at}`,
      resources: { [name]: units },
      required: traits.length === 0 ? [] : [traits],
    })),
  )
  const groupPolicy = groups.length > 1 ? ('isolate' as const) : null
  return { groups: [...root, ...groups], groupPolicy, rootRequired: [], rootForbidden: [], sameSubtree: [] }
}
