import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { arrange, contextOf, loadWorkload, policyOf } from '@novakit/lab'
import { ownWorkload, withFiles } from './files.ts'

const config = {
  name: 'small',
  hosts: {
    csv: 'hosts.csv',
    name: 'name',
    resources: { VCPU: 'cpus', MEMORY_MB: { column: 'gib', times: 1024 } },
    devices: [
      { class: 'CUSTOM_GPU_MILLI', count: 'gpus', units: 1000, traits: { column: 'model', prefix: 'CUSTOM_GPU_' } },
    ],
  },
  requests: {
    csv: 'requests.csv',
    name: 'name',
    resources: { VCPU: 'cpus', MEMORY_MB: { column: 'gib', times: 1024 } },
    devices: [
      { class: 'CUSTOM_GPU_MILLI', count: 'gpus', units: 'milli', traits: { column: 'models', prefix: 'CUSTOM_GPU_' } },
    ],
    arrives: 'from',
    departs: 'until',
  },
  focus: 'VCPU',
  policies: ['best-fit'],
}
const hosts = 'name,cpus,gib,gpus,model\na,8,16,2,V100\nb,4,0.5,0,\n'
const requests = 'name,cpus,gib,gpus,milli,models,from,until\nx,2,1,1,500,V100|T4,5,9\ny,1,0.25,0,0,,1,\n'

function load(change: { readonly config?: unknown; readonly hosts?: string; readonly requests?: string } = {}) {
  const files = {
    'w.json': typeof change.config === 'string' ? change.config : JSON.stringify(change.config ?? config),
    'hosts.csv': change.hosts ?? hosts,
    'requests.csv': change.requests ?? requests,
  }
  return withFiles(files, async (folder) => loadWorkload(path.join(folder, 'w.json')))
}

describe('a workload', () => {
  it('reads hosts and requests from tables, with devices as child providers', async () => {
    const workload = await load()
    const [first, second] = workload.hosts
    expect(first?.inventories.get('MEMORY_MB')?.total).toBe(16_384)
    expect(first?.children.map(({ name, traits }) => [name, ...traits])).toEqual([
      ['a/CUSTOM_GPU_MILLI/0', 'CUSTOM_GPU_V100'],
      ['a/CUSTOM_GPU_MILLI/1', 'CUSTOM_GPU_V100'],
    ])
    expect(second?.children).toEqual([])
    const [x, y] = workload.jobs
    expect(x).toMatchObject({ name: 'x', arrives: 5, departs: 9 })
    expect(x?.shape).toMatchObject({
      kind: 'part of a device',
      total: { VCPU: 2, MEMORY_MB: 1024, CUSTOM_GPU_MILLI: 500 },
    })
    expect(x?.shape.request.resources.groups.map(({ resources, required }) => [resources, required])).toEqual([
      [{ VCPU: 2, MEMORY_MB: 1024 }, []],
      [{ CUSTOM_GPU_MILLI: 500 }, [['CUSTOM_GPU_V100', 'CUSTOM_GPU_T4']]],
    ])
    expect(y).toMatchObject({ departs: null, shape: { kind: 'no device', total: { VCPU: 1, MEMORY_MB: 256 } } })
    expect(arrange(workload, '1').jobs.map(({ name }) => name)).toEqual(['y', 'x'])
  })

  it.each([
    ['{', 'config', /w\.json is no valid workload: .*JSON/],
    [{ ...config, seeds: 0 }, 'config', /w\.json is no valid workload: .*(\n.*)*at seeds/],
    [{ ...config, focus: 'CUSTOM_FPGA' }, 'config', /CUSTOM_FPGA, of which no host has anything/],
    [{ ...config, demand: 1.5 }, 'config', /"departures" to false/],
    [
      { ...config, hosts: { ...config.hosts, csv: 'no.csv' } },
      'config',
      /no\.csv cannot be read: there is no such file.*NOVAKIT_DATA/,
    ],
    [hosts.replace('8,16', 'eight,16'), 'hosts', /^hosts\.csv, line 2, column cpus: "eight" is no number/],
    [hosts.replace('8,16', '-8,16'), 'hosts', /line 2, column cpus: amounts are from 0/],
    [hosts.replace('8,16', '7.5,16'), 'hosts', /line 2, column cpus: amounts are whole numbers.*"times"/],
    [hosts.replace('16,2,', '16,2000,'), 'hosts', /line 2, column gpus: 2000 devices: at most 1024/],
    [hosts.replace('\nb', '\na'), 'hosts', /line 3, column name: the host a stands in line 2 already/],
    [hosts.replace('b,4,0.5,0,', 'b,4'), 'hosts', /^hosts\.csv, line 3: 2 cells where the head has 5/],
    ['name,cpus,gib,gpus,model\n', 'hosts', /there are no hosts/],
    [requests.replace('5,9', '5,4'), 'requests', /line 2, column until: it would leave at 4, before it arrives at 5/],
    [requests.replace('5,9', ',9'), 'requests', /line 2, column from: a request needs a time of arrival/],
    [
      requests.replace('milli,', 'thousandths,'),
      'requests',
      /^requests\.csv, line 1: there is no column milli; there are/,
    ],
  ])('that is wrong is refused with its place (%#)', async (wrong, where, message) => {
    await expect(load({ [where]: wrong })).rejects.toThrow(message)
  })

  it('orders and draws by the seed, up to the demand', async () => {
    const workload = await load({ config: { ...config, order: 'shuffled', departures: false, demand: 3 } })
    const one = arrange(workload, 'one')
    expect(arrange(workload, 'one')).toEqual(one)
    const demand = one.jobs.reduce((sum, { shape }) => sum + (shape.total['VCPU'] ?? 0), 0)
    expect(demand).toBeGreaterThan(36 - 2)
    expect(demand).toBeLessThanOrEqual(36)
    expect(one.jobs.every(({ departs }) => departs === null)).toBe(true)
    expect(arrange(workload, 'two').jobs.map(({ name }) => name)).not.toEqual(one.jobs.map(({ name }) => name))
  })

  it('knows what its requests are typically like, and how large its hosts are', async () => {
    const workload = await load({ config: { ...config, focus: 'CUSTOM_GPU_MILLI' } })
    const { scale, typical, onDevices } = contextOf(workload)
    expect(scale).toEqual({ CUSTOM_GPU_MILLI: 2000, MEMORY_MB: 16_384, VCPU: 8 })
    expect(onDevices).toBe(true)
    expect(typical).toEqual([
      {
        share: 0.5,
        resources: { MEMORY_MB: 1024, VCPU: 2 },
        devices: { units: 500, count: 1 },
        traits: ['CUSTOM_GPU_V100', 'CUSTOM_GPU_T4'],
      },
      { share: 0.5, resources: { MEMORY_MB: 256, VCPU: 1 }, devices: null, traits: [] },
    ])
  })

  it('that is generated is the same for the same seed, and needs no data', async () => {
    const workload = await loadWorkload(ownWorkload('demo'))
    expect(workload.hosts).toHaveLength(60)
    const [one, two] = ['one', 'two'].map((seed) => arrange(workload, seed))
    expect(arrange(workload, 'one')).toEqual(one)
    expect(one?.jobs.map(({ arrives }) => arrives)).not.toEqual(two?.jobs.map(({ arrives }) => arrives))
  })

  it('has policies by name, or in full', async () => {
    const context = contextOf(await load())
    expect(() => policyOf('best-fti', context)).toThrow(/no policy best-fti.*best-fit.*nova:pack/)
    expect(() => policyOf('fgd', context)).toThrow(/VCPU is something of whole hosts/)
    expect(policyOf({ name: 'mine', policy: { preset: 'pack' } }, context).options('1')).toEqual({ preset: 'pack' })
  })
})
