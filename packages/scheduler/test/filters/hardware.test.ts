import { id } from '@novakit/core'
import {
  type HostCell,
  filterScheduler,
  numaTopologyFilter,
  pciPassthroughFilter,
  pciWeigher,
  retryFilter,
} from '@novakit/scheduler'
import {
  cell,
  describeFilter,
  describeWeigher,
  devices,
  expectPolicy,
  flavor,
  host,
  image,
  numa,
  request,
  snapshot,
} from '@novakit/scheduler/testing'
import { describe, it } from 'vitest'

const withNuma = (...cells: readonly HostCell[]) => host('subject', { hypervisor: { numa: numa(...cells) } })
const withDevices = (...pools: ReturnType<typeof devices>[]) => host('subject', { hypervisor: { pci: { pools } } })
const specs = (extraSpecs: Record<string, string>, vcpus = 2) => request({ flavor: flavor({ vcpus, extraSpecs }) })
const pinned = { 'hw:cpu_policy': 'dedicated' }

describeFilter(numaTopologyFilter(), {
  'has nothing to say of a guest without topology': { host: host('subject'), answers: 'yes' },
  'takes a host on whose cells the guest fits': { host: withNuma(cell(0)), request: specs(pinned), answers: 'yes' },
  'turns a host away on which it does not': {
    host: withNuma(cell(0)),
    request: specs(pinned, 5),
    answers: 'host.numa',
  },
  'turns a host away that tells nothing': { request: specs(pinned), answers: 'host.numa_unknown' },
  'turns a host away that tells nonsense': {
    host: host('subject', { hypervisor: { numa: { cells: 'many' } } }),
    request: specs(pinned),
    answers: 'host.numa_unknown',
  },
  'turns a host without threads away that are required': {
    host: withNuma(cell(0)),
    request: specs({ ...pinned, 'hw:cpu_thread_policy': 'require' }),
    answers: 'host.threads',
  },
  'takes one with threads': {
    host: withNuma(cell(0, { threads: 2 })),
    request: specs({ ...pinned, 'hw:cpu_thread_policy': 'require' }),
    answers: 'yes',
  },
  'reads the image too': {
    host: withNuma(cell(0, { pinned: [0, 1, 2] })),
    request: request({ flavor: flavor({ vcpus: 2 }), image: image({ hw_cpu_policy: 'dedicated' }) }),
    answers: 'host.numa',
  },
  'leaves a contradiction to FlavorImageFilter': {
    host: withNuma(cell(0)),
    request: specs({ 'hw:numa_nodes': '3' }),
    answers: 'yes',
  },
})

const gpus = filterScheduler({ pciAliases: { gpu: { specs: [{ vendor_id: '10de' }] } } })
const asksFor = (alias: string, more: Record<string, string> = {}, servers = 1) => {
  const asked = flavor({ vcpus: 2, extraSpecs: { 'pci_passthrough:alias': alias, ...more } })
  return request({ flavor: asked, servers, resources: gpus.translate(asked, null, { bootFromVolume: false }) })
}
const gpu = (count: number, at: number | null = null) => devices(count, { vendor_id: '10de' }, at)

describeFilter(pciPassthroughFilter, {
  'has nothing to say of a guest without devices': { answers: 'yes' },
  'takes a host that has them': { host: withDevices(gpu(2)), request: asksFor('gpu:2'), answers: 'yes' },
  'turns a host away that has too few': { host: withDevices(gpu(1)), request: asksFor('gpu:2'), answers: 'host.pci' },
  'turns a host away that tells of none': { request: asksFor('gpu:1'), answers: 'host.pci' },
  'turns all away from an alias that is none': {
    host: withDevices(gpu(2)),
    request: asksFor('tpu:1'),
    answers: 'host.pci_alias',
  },
})

describeWeigher(pciWeigher, {
  'prefers a host without devices': { host: host('a'), scores: 100 },
  'counts free devices down': { host: withDevices(gpu(3), gpu(4)), scores: 93 },
  'counts no further than to 99': { host: withDevices(gpu(2000)), scores: 1 },
})

const tried = [{ host: id<never>('subject'), node: id<never>('subject') }]
describeFilter(retryFilter, {
  'has nothing to say of a first try': { answers: 'yes' },
  'turns a node away on which it was tried': {
    host: host('subject'),
    request: { ...request(), destination: { ignoredHosts: [], cell: null, tried } },
    answers: 'host.tried',
  },
  'takes another node of the host': {
    host: host('subject', { node: 'other' }),
    request: { ...request(), destination: { ignoredHosts: [], cell: null, tried } },
    answers: 'yes',
  },
})

describe('several servers of one request', () => {
  const policy = { filters: ['NUMATopologyFilter', 'PciPassthroughFilter'], weighers: ['PCIWeigher'] }
  const pools = { VCPU: { total: 0 }, PCPU: { total: 16 } }
  const node = (name: string, count: number) =>
    host(name, { inventories: pools, hypervisor: { numa: numa(cell(0)), pci: { pools: [gpu(count, 0)] } } })

  it('take processors and devices from one another', () => {
    const world = snapshot([node('a', 2), node('b', 1)])
    expectPolicy(policy, world)
      .toPlace(asksFor('gpu:1', pinned, 3))
      .onEach('b', 'a', 'a')
    expectPolicy(policy, world)
      .toRefuse(asksFor('gpu:1', pinned, 4))
      .after(3)
    expectPolicy(policy, world)
      .toRefuse(request({ servers: 5, flavor: flavor({ vcpus: 2, extraSpecs: pinned }) }))
      .after(4)
      .because('host.numa')
  })
})
