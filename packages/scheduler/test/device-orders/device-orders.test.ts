import { decide, definePolicy, type PolicyOptions } from '@novakit/scheduler'
import { snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'
import { GPU, gpuHost, gpuRequest } from './gpus.ts'

const host = gpuHost('a', [0, 300, 700, 300], { vcpus: 32 })

function devicesFor(devices: NonNullable<PolicyOptions['devices']>, units: number, count = 1, on = host) {
  const policy = definePolicy({ preset: 'chance', devices })
  const decision = decide(policy, snapshot([on]), gpuRequest(1, units, count), 'seed')
  const allocations = decision.choices[0]?.chosen.allocations ?? new Map<string, unknown>()
  return [...allocations.keys()]
    .filter((name) => name !== on.provider)
    .map(String)
    .toSorted()
}

describe('the order of devices', () => {
  it('is that of the host where a policy says nothing', () => {
    const decision = decide(definePolicy({ preset: 'chance' }), snapshot([host]), gpuRequest(1, 200), 'seed')
    expect([...(decision.choices[0]?.chosen.allocations.keys() ?? [])]).toContain('a-gpu0')
  })

  it('fullest-first takes the fullest that has room, and the first of equals', () => {
    const devices = { order: 'fullest-first', options: { device: GPU } }
    expect(devicesFor(devices, 200)).toEqual(['a-gpu2'])
    expect(devicesFor(devices, 500)).toEqual(['a-gpu1'])
    expect(devicesFor(devices, 1000)).toEqual(['a-gpu0'])
    expect(devicesFor(devices, 500, 2)).toEqual(['a-gpu1', 'a-gpu3'])
  })

  it('emptiest-first takes the emptiest', () => {
    const devices = { order: 'emptiest-first', options: { device: GPU } }
    expect(devicesFor(devices, 200)).toEqual(['a-gpu0'])
    expect(devicesFor(devices, 200, 3)).toEqual(['a-gpu0', 'a-gpu1', 'a-gpu3'])
  })

  it('shuffled draws by the seed and by what is used, each device about as often', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 200; seed++) {
      const [name = ''] = devicesFor({ order: 'shuffled', options: { seed: `${seed}` } }, 100)
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect(counts.size).toBe(4)
    expect(Math.min(...counts.values())).toBeGreaterThan(25)
    const same = { order: 'shuffled', options: { seed: 'same' } }
    expect(devicesFor(same, 100)).toEqual(devicesFor(same, 100))
  })

  it('least-fragmentation takes the device on which typical requests lose least', () => {
    // Whole GPUs are wanted most, so a started one is to be filled; of those first the one that is too small by now.
    const typical = [
      { share: 0.8, resources: { VCPU: 1 }, devices: { units: 1000, count: 1 }, traits: [] },
      { share: 0.2, resources: { VCPU: 1 }, devices: { units: 600, count: 1 }, traits: [] },
    ]
    const devices = { order: 'least-fragmentation', options: { device: GPU, typical } }
    expect(devicesFor(devices, 300)).toEqual(['a-gpu2'])
    expect(devicesFor(devices, 400)).toEqual(['a-gpu1'])
  })

  it('changes which device is taken, and never whether there is room', () => {
    const full = gpuHost('b', [900, 950], { vcpus: 32 })
    for (const order of ['fullest-first', 'emptiest-first']) {
      expect(devicesFor({ order, options: { device: GPU } }, 200, 1, full)).toEqual([])
      expect(devicesFor({ order, options: { device: GPU } }, 100, 1, full)).toEqual(['b-gpu0'])
    }
  })

  it('that is unknown or badly described is refused', () => {
    expect(() => definePolicy({ devices: 'alphabetical' })).toThrow(/no order of devices alphabetical.*fullest-first/)
    expect(() => definePolicy({ devices: { order: 'fullest-first', options: {} } })).toThrow(/device/)
  })
})
