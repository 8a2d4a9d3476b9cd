import { isNovakitError, yes } from '@novakit/core'
import {
  computeFilter,
  definePolicy,
  filterCatalogue,
  filterScheduler,
  presets,
  ramWeigher,
  weigherCatalogue,
  type PolicyOptions,
} from '@novakit/scheduler'
import { describe, expect, it } from 'vitest'

/** The code and message of what options are refused with. */
function refusal(options: unknown): string {
  try {
    definePolicy(options as PolicyOptions)
  } catch (thrown) {
    if (isNovakitError(thrown)) return `${thrown.code}: ${thrown.message}`
    throw thrown
  }
  return 'accepted'
}

const filterNames = (options: PolicyOptions) => definePolicy(options).filters.map(({ name }) => name)

describe('definePolicy', () => {
  it('gives Nova’s defaults where nothing is said', () => {
    const policy = definePolicy()
    expect(policy).toMatchObject({
      name: 'default',
      hostSubsetSize: 1,
      tieBreak: 'random',
      shuffleBest: false,
      maxAttempts: 3,
      rankingSize: 10,
    })
    expect(Object.isFrozen(policy) && Object.isFrozen(policy.filters) && Object.isFrozen(policy.weighers)).toBe(true)
  })

  it('takes filters by name, by name with options, and by value', () => {
    const own = { name: 'Own', check: () => yes }
    const named = { filter: 'NumInstancesFilter', options: { maxInstancesPerHost: 5 } }
    expect(filterNames({ filters: ['ComputeFilter', named, own] })).toEqual([
      'ComputeFilter',
      'NumInstancesFilter',
      'Own',
    ])
    expect(definePolicy({ filters: [own] }).filters[0]).toBe(own)
  })

  it('takes weighers by name and by value, with a multiplier or with their own', () => {
    const weighers = [
      'CPUWeigher',
      { weigher: 'DiskWeigher', multiplier: -3 },
      { weigher: ramWeigher, multiplier: 0.5 },
      { weigher: 'MetricsWeigher', options: { ratios: { load: -1 } }, multiplier: 2 },
      { ...ramWeigher, name: 'Own' },
    ]
    const { weighers: made } = definePolicy({ weighers })
    expect(made.map(({ weigher, multiplier }) => [weigher.name, multiplier])).toEqual([
      ['CPUWeigher', 1],
      ['DiskWeigher', -3],
      ['RAMWeigher', 0.5],
      ['MetricsWeigher', 2],
      ['Own', 1],
    ])
  })

  it('takes a policy for the options of a policy', () => {
    const policy = definePolicy({ preset: 'pack', hostSubsetSize: 3, name: 'mine' })
    expect(definePolicy(policy)).toEqual(policy)
  })

  it('takes what is undefined for what is not said', () => {
    const options = { filters: undefined, weighers: undefined, tieBreak: undefined, hostSubsetSize: undefined }
    const told = definePolicy(options as unknown as PolicyOptions)
    expect(JSON.stringify(told)).toBe(JSON.stringify(definePolicy()))
  })

  it.each(Object.keys(presets))('knows the preset %s, as JSON has it', (preset) => {
    const options = JSON.parse(JSON.stringify({ preset })) as PolicyOptions
    expect(definePolicy(options).name).toBe(preset)
    expect(filterScheduler(options).name).toBe(preset)
  })

  it('packs with the preset pack', () => {
    const packs = definePolicy({ preset: 'pack' }).weighers.filter(({ multiplier }) => multiplier === -1)
    expect(packs.map(({ weigher }) => weigher.name)).toEqual([
      'CPUWeigher',
      'DiskWeigher',
      'IoOpsWeigher',
      'RAMWeigher',
    ])
  })

  it.each([...filterCatalogue.keys()])('makes %s by name', (name) => {
    expect(filterNames({ filters: [name] })).toEqual([name])
  })

  const typical = [{ share: 1, resources: {}, devices: null, traits: [] }]
  const needed: Readonly<Record<string, Record<string, unknown>>> = {
    ClusteringWeigher: { device: 'CUSTOM_GPU', most: 8 },
    DevicePackingWeigher: { device: 'CUSTOM_GPU' },
    FragmentationWeigher: { device: 'CUSTOM_GPU', typical },
  }
  it.each([...weigherCatalogue.keys()])('makes %s by name', (name) => {
    const options = needed[name] ?? {}
    expect(definePolicy({ weighers: [{ weigher: name, options }] }).weighers[0]?.weigher.name).toBe(name)
  })

  it.each([
    [{ filters: ['NoSuchFilter'] }, /^scheduler.unknown_filter: .*NoSuchFilter.*ComputeFilter/],
    [{ filters: [{ filter: 'constructor' }] }, /^scheduler.unknown_filter/],
    [{ weighers: ['NoSuchWeigher'] }, /^scheduler.unknown_weigher: .*NoSuchWeigher.*RAMWeigher/],
    [{ weighers: [{ weigher: 'NoSuchWeigher', multiplier: 1 }] }, /^scheduler.unknown_weigher/],
    [{ weighers: [{ weigher: 'RAMWeigher', multiplier: Number.NaN }] }, /^scheduler.invalid_policy: .*weighers/],
    [{ weighers: [{ weigher: 'RAMWeigher', multiplier: Number.POSITIVE_INFINITY }] }, /^scheduler.invalid_policy/],
    [{ weighers: [{ weigher: 'RAMWeigher', multiplier: 1e300 }] }, /^scheduler.invalid_policy/],
    [{ weighers: [{ weigher: 'RAMWeigher', scale: [1, 1] }] }, /^scheduler.invalid_policy/],
    [{ normalisation: 'sideways' as never }, /^scheduler.invalid_policy/],
    [{ weighers: [{ weigher: 'RAMWeigher', multiplier: '2' }] }, /^scheduler.invalid_policy/],
    [{ weighers: [{ ...ramWeigher, multiplier: Number.NaN }] }, /^scheduler.invalid_policy/],
    [{ weighers: [{ weigher: 'RAMWeigher', options: { loud: true } }] }, /^scheduler.invalid_policy: .*RAMWeigher/],
    [
      { filters: [{ filter: 'NumInstancesFilter', options: { maxInstancesPerHost: 0 } }] },
      /^scheduler.invalid_policy: .*NumInstancesFilter.maxInstancesPerHost/,
    ],
    [{ filters: [{ filter: 'NumInstancesFilter', options: { max: 5 } }] }, /^scheduler.invalid_policy/],
    [{ filters: [{ filter: 'ComputeFilter', options: { strict: true } }] }, /^scheduler.invalid_policy/],
    [{ filters: [{ name: 'Own' }] }, /^scheduler.invalid_policy: .*filters/],
    [{ filters: 'ComputeFilter' }, /^scheduler.invalid_policy/],
    [{ filters: [computeFilter, 'ComputeFilter'] }, /^scheduler.invalid_policy: .*ComputeFilter is there twice/],
    [{ weighers: ['RAMWeigher', 'RAMWeigher'] }, /^scheduler.invalid_policy: .*RAMWeigher is there twice/],
    [{ hostSubsetSize: 0 }, /^scheduler.invalid_policy: .*policy.hostSubsetSize/],
    [{ hostSubsetSize: 1.5 }, /^scheduler.invalid_policy/],
    [{ maxAttempts: 0 }, /^scheduler.invalid_policy: .*policy.maxAttempts/],
    [{ tieBreak: 'luck' }, /^scheduler.invalid_policy: .*policy.tieBreak/],
    [{ preset: 'toString' }, /^scheduler.invalid_policy: .*policy.preset/],
    [{ colour: 'red' }, /^scheduler.invalid_policy/],
    [null, /^scheduler.invalid_policy/],
    [7, /^scheduler.invalid_policy/],
  ])('refuses %j', (options, message) => {
    expect(refusal(options)).toMatch(message)
  })
})
