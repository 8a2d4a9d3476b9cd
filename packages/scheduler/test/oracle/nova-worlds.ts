import type { AggregateState, HostState, RequestSpec, Snapshot } from '@novakit/core'
import { amountsFor } from './nova-attributes.ts'
import { hostTopologyOf, pciPoolsOf } from '@novakit/scheduler'
import {
  aggregate,
  cell,
  devices,
  flavor,
  group,
  host,
  image,
  numa,
  request,
  snapshot,
} from '@novakit/scheduler/testing'
import fc from 'fast-check'

// Random worlds that Nova and we both understand: one server, no levels and no partitions.

const few = fc.integer({ min: 0, max: 3 })
const members = ['m1', 'm2', 'm3']

// Of cells that tell their pages 26.2.2 counts the free memory of pinned guests otherwise than Nova does since: these have
// nothing else on them.
const cells = fc
  .array(
    fc.record({
      pinned: fc.subarray([0, 1, 2, 3]),
      sharedUsed: few,
      memoryUsed: fc.constantFrom(0, 1024, 3000),
      threads: fc.constantFrom(1, 2),
      socket: fc.constantFrom(0, 1),
      pages: fc.constantFrom(
        [],
        [
          { size: 4, total: 786_432, used: 0, reserved: 0 },
          { size: 2048, total: 512, used: 100, reserved: 10 },
        ],
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => all.map((each) => (each.pages.length === 0 ? each : { ...each, memoryUsed: 0 })))

const hosts: fc.Arbitrary<readonly HostState[]> = fc
  .array(
    fc.record({
      vcpus: fc.integer({ min: 1, max: 16 }),
      memory: fc.constantFrom(2048, 4096, 8192),
      disk: fc.integer({ min: 1, max: 9 }),
      used: fc.record({ vcpus: few, memory: fc.constantFrom(0, 512, 2048) }),
      reserved: fc.record({ memory: fc.constantFrom(0, 256) }),
      ratios: fc.record({ vcpus: fc.constantFrom(1, 1.5, 4), memory: fc.constantFrom(1, 1.5) }),
      enabled: fc.constantFrom(true, true, true, false),
      up: fc.constantFrom(true, true, true, false),
      aggregates: fc.subarray(['east', 'west', 'heavy', 'mine', 'typed']),
      servers: fc.subarray([...members, 'other'], { maxLength: 3 }),
      stats: fc.record({ ioOps: fc.integer({ min: 0, max: 9 }), failedBuilds: few }),
      version: fc.constantFrom(8_002_000, 9_000_000),
      numa: fc.option(cells),
      pci: fc.option(
        fc.array(
          fc.record({ count: fc.integer({ min: 1, max: 3 }), at: fc.constantFrom(null, 0, 1), pf: fc.boolean() }),
          { maxLength: 3 },
        ),
      ),
    }),
    { minLength: 2, maxLength: 8, size: 'max' },
  )
  .map((all) =>
    all.map(({ numa: own, pci, version, ...options }, at) =>
      host(`h${at}`, {
        ...options,
        hypervisor: {
          version,
          cpuInfo: { topology: { cores: options.vcpus } },
          numa:
            own === null
              ? null
              : numa(
                  ...own.map(({ pinned, ...rest }, id) =>
                    cell(id, { ...rest, pinned: pinned.map((one) => one + 4 * id) }),
                  ),
                ),
          pci:
            pci === null
              ? null
              : {
                  pools: pci.map(({ count, at: node, pf }) =>
                    devices(count, { vendor_id: '10de', dev_type: pf ? 'type-PF' : 'type-PCI' }, node),
                  ),
                },
        },
      }),
    ),
  )

const aggregates = [
  aggregate('east', { zone: 'east', metadata: { availability_zone: 'east' } }),
  aggregate('west', { zone: 'west', metadata: { availability_zone: 'west', max_instances_per_host: '2' } }),
  aggregate('heavy', {
    metadata: { ssd: 'true', max_io_ops_per_host: '3', ram_weight_multiplier: '-2', os_distro: 'linux,bsd' },
  }),
  aggregate('mine', { metadata: { filter_tenant_id: 'me,you' } }),
  aggregate('typed', { metadata: { instance_type: 'm1,m3' } }),
]

const extraSpecs = fc.constantFrom<Record<string, string>>(
  {},
  { ssd: 'true' },
  { 'aggregate_instance_extra_specs:ssd': '<or> false <or> true' },
  { 'capabilities:free_ram_mb': '>= 3000' },
  { 'capabilities:cpu_info:topology:cores': '<= 8' },
  { 'capabilities:hypervisor_type': 's== QEMU' },
  { 'capabilities:nothing': '1' },
  { 'hw:numa_nodes': '2' },
  { 'hw:cpu_policy': 'dedicated' },
  { 'hw:cpu_policy': 'dedicated', 'hw:cpu_thread_policy': 'require' },
  { 'hw:cpu_policy': 'dedicated', 'hw:cpu_thread_policy': 'isolate' },
  { 'hw:cpu_policy': 'dedicated', 'hw:emulator_threads_policy': 'isolate' },
  { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0' },
  { 'hw:mem_page_size': 'large' },
  { 'hw:mem_page_size': 'any', 'hw:numa_nodes': '2' },
  { 'hw:mem_page_size': '2048' },
)

const requests: fc.Arbitrary<RequestSpec> = fc
  .record({
    vcpus: fc.constantFrom(1, 2, 4),
    memory: fc.constantFrom(512, 1024, 2048),
    name: fc.constantFrom('m1', 'm2'),
    extraSpecs,
    project: fc.constantFrom('me', 'them'),
    zone: fc.constantFrom('', '', 'east', 'nova'),
    properties: fc.constantFrom<Record<string, string>>(
      {},
      { os_distro: 'linux' },
      { os_distro: 'plan9' },
      { hw_architecture: 'x86_64' },
      { hw_architecture: 'aarch64' },
      { img_hv_requested_version: '>=9.0' },
      { hw_cpu_policy: 'dedicated' },
    ),
    group: fc.option(
      fc.record({
        policy: fc.constantFrom('affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'),
        max: fc.constantFrom(1, 2),
      }),
    ),
    hints: fc.constantFrom(
      {},
      { sameHost: ['m1', 'm2'] },
      { differentHost: ['m1'] },
      {
        query: '["and", [">=", "$free_ram_mb", 2048], ["or", [">", "$vcpus_total", 4], ["in", "$vcpus_total", 1, 2]]]',
      },
    ),
    devices: fc.constantFrom(0, 0, 1, 2),
    policy: fc.constantFrom('required', 'legacy', 'preferred', null),
  })
  .map(
    ({
      vcpus,
      memory,
      name,
      extraSpecs: specs,
      project,
      zone,
      properties,
      group: asked,
      hints,
      devices: count,
      policy,
    }) => {
      const spec = request({
        servers: ['new'],
        project,
        hints,
        flavor: flavor({ name, vcpus, memory, disk: 0, extraSpecs: specs }),
        image: image(properties),
        ...(zone === '' ? {} : { zone }),
        ...(asked === null
          ? {}
          : { group: group(asked.policy as 'affinity', { maxServerPerHost: asked.max, members }) }),
      })
      const wanted = {
        id: 'pci-0',
        count,
        specs: [{ vendor_id: '10de' }],
        policy: policy as 'required' | null,
        ofPort: false,
      }
      // Nothing is asked of Placement: it is filters and weighers that are compared.
      return {
        ...spec,
        resources: { ...spec.resources, groups: [], rootRequired: [], ...(count === 0 ? {} : { devices: [wanted] }) },
      }
    },
  )

export interface NovaWorld {
  readonly snapshot: Snapshot
  readonly request: RequestSpec
}

export const novaWorlds: fc.Arbitrary<NovaWorld> = fc
  .record({ hosts, request: requests })
  .map(({ hosts: all, request: spec }) => ({
    snapshot: snapshot(all, { aggregates }),
    request: withHosts(spec, all),
  }))

/** The group's hosts are those that hold members. */
function withHosts(spec: RequestSpec, all: readonly HostState[]): RequestSpec {
  if (spec.group === null) return spec
  const holding = all.filter((each) => members.some((member) => each.servers.has(member as never)))
  return { ...spec, group: { ...spec.group, hosts: holding.map((each) => each.host) } }
}

/** The world as nova-oracle.py reads it. */
export function asNova(
  { snapshot: world, request: spec }: NovaWorld,
  filters: readonly string[],
  weighers: readonly string[],
): string {
  const { flavor: size, hints, group: its } = spec
  return JSON.stringify({
    filters,
    weighers,
    hosts: world.hosts.map((each) => novaHost(each, world.aggregates)),
    request: {
      flavor: size.name,
      vcpus: size.vcpus,
      memory: size.memory,
      disk: size.disk,
      extraSpecs: size.extraSpecs,
      properties: spec.image?.properties ?? {},
      project: spec.project,
      zone: spec.zone,
      server: 'new',
      group:
        its === null ? null : { policy: its.policy, members: its.members, hosts: its.hosts, max: its.maxServerPerHost },
      devices: spec.resources.devices ?? [],
      hints: Object.fromEntries(
        Object.entries({
          same_host: hints.sameHost,
          different_host: hints.differentHost,
          query: hints.query === undefined ? undefined : [hints.query],
        }).filter(([, value]) => value !== undefined),
      ),
    },
  })
}

function novaHost(each: HostState, known: ReadonlyMap<AggregateState['id'], AggregateState>): unknown {
  return {
    host: each.host,
    node: each.node,
    cell: each.cell,
    enabled: each.enabled,
    up: each.up,
    servers: [...each.servers.keys()],
    aggregates: each.aggregates.map((one) => known.get(one)?.metadata ?? {}),
    numa: hostTopologyOf(each.hypervisor.numa)?.cells ?? null,
    pci: pciPoolsOf(each.hypervisor.pci),
    attributes: amountsFor(each),
  }
}
