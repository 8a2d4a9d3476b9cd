import {
  gib,
  id,
  instant,
  mib,
  vcpus,
  type Destination,
  type Flavor,
  type GroupRequest,
  type HostName,
  type Image,
  type ProjectId,
  type RequestSpec,
  type ResourceRequest,
  type ServerId,
} from '@novakit/core'
import { resourceRequestOf } from '../translate/resource-request.ts'
import type { Amounts } from './hosts.ts'

export interface FlavorOptions extends Amounts {
  readonly name?: string
  /** GiB. */
  readonly ephemeral?: number
  /** MiB. */
  readonly swap?: number
  readonly extraSpecs?: Flavor['extraSpecs']
}

/** One processor, 1 GiB of memory and 10 GiB of disk. */
export function flavor(options: FlavorOptions = {}): Flavor {
  const name = options.name ?? 'm1'
  return {
    id: id(name),
    name,
    vcpus: vcpus(options.vcpus ?? 1),
    memory: mib(options.memory ?? 1024),
    disk: gib(options.disk ?? 10),
    ephemeral: gib(options.ephemeral ?? 0),
    swap: mib(options.swap ?? 0),
    isPublic: true,
    description: null,
    extraSpecs: options.extraSpecs ?? {},
  }
}

export function image(properties: Image['properties'] = {}, name = 'image'): Image {
  return {
    id: id(name),
    name,
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

export interface GroupOptions {
  /** Default null: hosts. */
  readonly level?: string
  readonly maxServerPerHost?: number
  readonly members?: readonly string[]
  readonly hosts?: readonly string[]
}

/** The group `group`, as a request carries it. */
export function group(policy: GroupRequest['policy'], options: GroupOptions = {}): GroupRequest {
  return {
    id: id('group'),
    policy,
    level: options.level ?? null,
    maxServerPerHost: options.maxServerPerHost ?? 1,
    members: (options.members ?? []).map(id<ServerId>),
    hosts: (options.hosts ?? []).map(id<HostName>),
  }
}

export type Hints = { readonly [Key in keyof RequestSpec['hints']]?: Loose<RequestSpec['hints'][Key]> }
type Loose<Value> = Value extends readonly ServerId[] ? readonly string[] : Value

export interface RequestOptions {
  /** Ids, or how many: `s1`, `s2`, … One by default. */
  readonly servers?: number | readonly string[]
  readonly project?: string
  readonly flavor?: Flavor
  readonly image?: Image | null
  readonly zone?: string
  readonly group?: GroupRequest
  readonly hints?: Hints
  readonly to?: {
    readonly requestedHost?: string
    readonly requestedNode?: string
    readonly forcedHosts?: readonly string[]
    readonly forcedNodes?: readonly string[]
    readonly ignoredHosts?: readonly string[]
    readonly cell?: string
    readonly allowCrossCellMove?: boolean
  }
  readonly bootFromVolume?: boolean
  /** Default: what flavor and image ask for, extra specs and traits translated. */
  readonly resources?: ResourceRequest
  readonly internal?: RequestSpec['internal']
}

export function request(options: RequestOptions = {}): RequestSpec {
  const { servers = 1, to = {}, bootFromVolume = false } = options
  const names = typeof servers === 'number' ? Array.from({ length: servers }, (_, at) => `s${at + 1}`) : servers
  const asked = options.flavor ?? flavor()
  const spec = options.image === undefined ? image() : options.image
  return {
    project: id<ProjectId>(options.project ?? 'project'),
    user: id('user'),
    servers: names.map(id<ServerId>),
    flavor: asked,
    image: spec,
    zone: options.zone ?? null,
    group: options.group ?? null,
    hints: (options.hints ?? {}) as RequestSpec['hints'],
    destination: { ignoredHosts: [], cell: null, ...(to as Partial<Destination>) },
    networks: 'none',
    blockDevices: [],
    bootFromVolume,
    resources: options.resources ?? resourceRequestOf(asked, spec, { bootFromVolume }),
    internal: options.internal ?? {},
  }
}
