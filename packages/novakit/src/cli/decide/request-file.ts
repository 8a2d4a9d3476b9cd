import { z } from 'zod'
import {
  diskFormats,
  gib,
  id,
  instant,
  mib,
  vcpus,
  type Destination,
  type Flavor,
  type GroupRequest,
  type GroupState,
  type Image,
  type RequestSpec,
  type Scheduler,
  type SchedulerHints,
  type Snapshot,
} from '@novakit/core'
import { decideErrors } from './errors.ts'

const name = z.string().min(1).max(255)
const names = z.array(name).max(10_000)
const amount = z
  .int()
  .min(0)
  .max(2 ** 40)
const words = z.record(z.string().max(255), z.string().max(1024))

const hints = z.strictObject({
  sameHost: names.exactOptional(),
  differentHost: names.exactOptional(),
  query: z.string().max(65_536).exactOptional(),
  buildNearHostIp: name.exactOptional(),
  cidr: name.exactOptional(),
  partition: name.exactOptional(),
  extra: z.record(name, names).exactOptional(),
})

const destination = z.strictObject({
  requestedHost: name.exactOptional(),
  requestedNode: name.exactOptional(),
  forcedHosts: names.exactOptional(),
  forcedNodes: names.exactOptional(),
  ignoredHosts: names.default([]),
  cell: name.nullable().default(null),
})

const request = z.strictObject({
  /** For the output. Default: its number. */
  name: name.optional(),
  /** How many, or their names. */
  servers: z.union([z.int().min(1).max(10_000), names.min(1)]).default(1),
  project: name.default('project'),
  flavor: z.strictObject({
    name: name.default('flavor'),
    vcpus: amount,
    /** MiB. */
    memory: amount,
    /** GiB. */
    disk: amount.default(0),
    ephemeral: amount.default(0),
    /** MiB. */
    swap: amount.default(0),
    extraSpecs: words.default({}),
  }),
  image: z
    .strictObject({
      name: name.default('image'),
      format: z.enum(diskFormats).default('qcow2'),
      properties: words.default({}),
    })
    .nullable()
    .prefault({}),
  zone: name.nullable().default(null),
  /** One of the groups of the cluster. */
  group: name.nullable().default(null),
  hints: hints.default({}),
  to: destination.prefault({}),
  bootFromVolume: z.boolean().default(false),
})

const requests = z.strictObject({ requests: z.array(request).min(1).max(100_000) })

/** `{ requests }`, the list of them alone, or one. */
export const requestFile = z.preprocess((value) => {
  if (Array.isArray(value)) return { requests: value }
  return typeof value === 'object' && value !== null && 'flavor' in value ? { requests: [value] } : value
}, requests)

type Asked = z.infer<typeof request>

export interface NamedRequest {
  readonly name: string
  readonly spec: RequestSpec
}

/** @throws `decide_file.invalid` for a group that the cluster has not */
export function requestsOf(
  file: string,
  given: z.infer<typeof requests>,
  cluster: Snapshot,
  scheduler: Scheduler,
): readonly NamedRequest[] {
  return given.requests.map((asked, at) => ({
    name: asked.name ?? `request ${at + 1}`,
    spec: specOf(file, at, asked, cluster, scheduler),
  }))
}

function specOf(file: string, at: number, asked: Asked, cluster: Snapshot, scheduler: Scheduler): RequestSpec {
  const { servers, bootFromVolume, zone, to } = asked
  const own = Array.isArray(servers) ? servers : Array.from({ length: servers }, (_, one) => `r${at + 1}-s${one + 1}`)
  const flavor = flavorOf(asked.flavor)
  const image = bootFromVolume || asked.image === null ? null : imageOf(asked.image)
  const project = id<RequestSpec['project']>(asked.project)
  return {
    project,
    user: id('user'),
    servers: own.map(id<RequestSpec['servers'][number]>),
    flavor,
    image,
    zone,
    group: asked.group === null ? null : groupOf(file, at, asked.group, cluster),
    // What is left to say is which text is an id of what.
    hints: asked.hints as unknown as SchedulerHints,
    destination: to as unknown as Destination,
    networks: 'none',
    blockDevices: [],
    bootFromVolume,
    resources: scheduler.translate(flavor, image, { bootFromVolume, project, zone, aggregates: cluster.aggregates }),
    internal: {},
  }
}

function groupOf(file: string, at: number, wanted: string, { groups }: Snapshot): GroupRequest {
  const state: GroupState | undefined = groups.get(id(wanted))
  if (state === undefined) {
    const what = `requests.${at}.group: the cluster has no group ${JSON.stringify(wanted)}.`
    throw decideErrors.invalid({ file, what })
  }
  const { id: its, policy, level, maxServerPerHost, members } = state
  const hosts = [...new Set([...members.values()].filter((host) => host !== null))]
  return { id: its, policy, level, maxServerPerHost, members: [...members.keys()], hosts }
}

function flavorOf({ name: own, extraSpecs, ...sizes }: Asked['flavor']): Flavor {
  return {
    id: id(own),
    name: own,
    vcpus: vcpus(sizes.vcpus),
    memory: mib(sizes.memory),
    disk: gib(sizes.disk),
    ephemeral: gib(sizes.ephemeral),
    swap: mib(sizes.swap),
    isPublic: true,
    description: null,
    extraSpecs,
  }
}

function imageOf({ name: own, format, properties }: NonNullable<Asked['image']>): Image {
  return {
    id: id(own),
    name: own,
    status: 'active',
    format,
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
