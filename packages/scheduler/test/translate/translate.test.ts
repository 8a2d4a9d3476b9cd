import { id, type TranslateOptions } from '@novakit/core'
import { filterScheduler, type PolicyOptions, type PreFilters } from '@novakit/scheduler'
import { aggregate, expectPolicy, flavor, host, image, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

// Expected values are worked out from nova/scheduler/utils.py and nova/scheduler/request_filter.py.

type Words = Readonly<Record<string, string>>

const asked = (
  extraSpecs: Words,
  properties: Words = {},
  policy: PolicyOptions = {},
  options: Partial<TranslateOptions> = {},
) =>
  filterScheduler(policy).translate(flavor({ vcpus: 4, extraSpecs }), image(properties), {
    bootFromVolume: false,
    ...options,
  })

const plain = (...said: Parameters<typeof asked>) => asked(...said).groups[0]
const standard = { MEMORY_MB: 1024, DISK_GB: 10 }

describe('hardware in a request to Placement', () => {
  it.each([
    ['shared', { 'hw:cpu_policy': 'shared' }, { VCPU: 4 }],
    ['dedicated', { 'hw:cpu_policy': 'dedicated' }, { PCPU: 4 }],
    [
      'dedicated, the emulator apart',
      { 'hw:cpu_policy': 'dedicated', 'hw:emulator_threads_policy': 'isolate' },
      { PCPU: 5 },
    ],
    [
      'dedicated, the emulator shared',
      { 'hw:cpu_policy': 'dedicated', 'hw:emulator_threads_policy': 'share' },
      { PCPU: 4 },
    ],
    ['mixed', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '3' }, { VCPU: 3, PCPU: 1 }],
    [
      'persistent memory',
      { 'hw:pmem': '4GB, 4GB,S-1' },
      { VCPU: 4, CUSTOM_PMEM_NAMESPACE_4GB: 2, CUSTOM_PMEM_NAMESPACE_S_1: 1 },
    ],
  ] as [string, Words, Record<string, number>][])('asks for processors and memory: %s', (_, extraSpecs, resources) => {
    expect(plain(extraSpecs)?.resources).toEqual({ ...standard, ...resources })
  })

  it.each([
    ['isolate', [], ['HW_CPU_HYPERTHREADING']],
    ['require', ['HW_CPU_HYPERTHREADING'], []],
    ['prefer', [], []],
  ])('makes a trait of the thread policy %s', (policy, required, forbidden) => {
    expect(plain({ 'hw:cpu_policy': 'dedicated', 'hw:cpu_thread_policy': policy })).toMatchObject({
      required,
      forbidden,
    })
  })

  it.each([
    [{ 'hw:tpm_version': '2.0' }, {}, ['COMPUTE_SECURITY_TPM_TIS', 'COMPUTE_SECURITY_TPM_2_0']],
    [{}, { hw_tpm_version: '2.0', hw_tpm_model: 'tpm-crb' }, ['COMPUTE_SECURITY_TPM_CRB', 'COMPUTE_SECURITY_TPM_2_0']],
    [{ 'os:secure_boot': 'required' }, {}, ['COMPUTE_SECURITY_UEFI_SECURE_BOOT']],
    [{ 'os:secure_boot': 'optional' }, {}, []],
    [{ 'hw:maxphysaddr_mode': 'emulate' }, {}, ['COMPUTE_ADDRESS_SPACE_EMULATED']],
    [{ 'hw:pci_numa_affinity_policy': 'socket' }, {}, ['COMPUTE_SOCKET_PCI_NUMA_AFFINITY']],
    [{}, { hw_firmware_type: 'uefi', hw_firmware_stateless: 'true' }, ['COMPUTE_SECURITY_STATELESS_FIRMWARE']],
    [{}, { hw_firmware_stateless: 'true' }, []],
    [{ 'hw:mem_encryption': '1' }, { hw_firmware_type: 'uefi' }, ['HW_CPU_X86_AMD_SEV']],
    [
      { 'hw:mem_encryption': '1', 'hw:mem_encryption_model': 'amd-sev-es' },
      { hw_firmware_type: 'uefi' },
      ['HW_CPU_X86_AMD_SEV_ES'],
    ],
  ] as [Words, Words, string[]][])('makes traits of %o %o', (extraSpecs, properties, required) => {
    expect(plain(extraSpecs, properties)?.required).toEqual(required)
  })

  it.each([
    [{ 'accel:device_profile': 'gpu' }, {}, ['COMPUTE_ACCELERATORS']],
    [{ 'hw:virtio_packed_ring': 'true' }, {}, ['COMPUTE_NET_VIRTIO_PACKED']],
    [
      {},
      { hw_ephemeral_encryption: 'true', hw_ephemeral_encryption_format: 'luks' },
      ['COMPUTE_EPHEMERAL_ENCRYPTION', 'COMPUTE_EPHEMERAL_ENCRYPTION_LUKS'],
    ],
    [{ 'hw:sound_model': 'virtio' }, {}, ['COMPUTE_SOUND_MODEL_VIRTIO']],
    [{ 'hw:sound_model': 'ac97' }, {}, []],
    [{ 'hw:tpm_version': '1.2', 'hw:tpm_secret_security': 'host' }, {}, ['COMPUTE_SECURITY_TPM_SECRET_SECURITY_HOST']],
  ] as [Words, Words, string[]][])('asks the root for %o %o', (extraSpecs, properties, rootRequired) => {
    expect(asked(extraSpecs, properties)).toMatchObject({ rootRequired, rootForbidden: ['COMPUTE_STATUS_DISABLED'] })
  })

  it('counts one guest with encrypted memory', () => {
    expect(plain({ 'hw:mem_encryption': 'on' }, { hw_firmware_type: 'uefi' })?.resources).toMatchObject({
      MEM_ENCRYPTION_CONTEXT: 1,
    })
  })
})

describe('pre-filters', () => {
  const aggregates = new Map(
    [
      aggregate('north', { zone: 'az1' }),
      aggregate('south', { zone: 'az2' }),
      aggregate('mine', { metadata: { filter_tenant_id_1: 'me' } }),
      aggregate('fast', { metadata: { 'trait:CUSTOM_FAST': 'required' } }),
      aggregate('slow', { metadata: { 'trait:CUSTOM_FAST': 'forbidden' } }),
    ].map((each) => [each.id, each]),
  )
  const me = id<never>('me')
  const you = id<never>('you')

  it.each([
    ['map zones by default', {}, { zone: 'az1' }, [['north']]],
    ['leave zones alone where told', { zones: false }, { zone: 'az1' }, []],
    ['leave the default zone to its filter', {}, { zone: 'nova' }, []],
    ['leave projects alone by default', {}, { project: me }, []],
    ['keep a project to its aggregates', { projects: true }, { project: me }, [['mine']]],
    ['let a project without aggregates go anywhere', { projects: true }, { project: you }, []],
    ['let it go nowhere where each must have one', { projects: 'required' }, { project: you }, [[]]],
    [
      'ask for the segments of each network',
      { routedNetworks: true },
      { networkAggregates: [['a', 'b'], ['c']] },
      [['a', 'b'], ['c']],
    ],
    ['add up', { projects: true }, { project: me, zone: 'az2' }, [['mine'], ['south']]],
  ] as [string, Partial<PreFilters>, Partial<TranslateOptions>, string[][]][])(
    '%s',
    (_, preFilters, options, memberOf) => {
      expect(plain({}, {}, { preFilters }, { aggregates, ...options })?.memberOf).toEqual(memberOf)
    },
  )

  it('keep aggregates free that are for a trait which nobody asked for', () => {
    const policy = { preFilters: { isolatedAggregates: true } }
    expect(plain({}, {}, policy, { aggregates })?.forbiddenAggregates).toEqual(['fast'])
    expect(plain({ 'trait:CUSTOM_FAST': 'required' }, {}, policy, { aggregates })?.forbiddenAggregates).toEqual([])
    expect(plain({}, { 'trait:CUSTOM_FAST': 'required' }, policy, { aggregates })?.forbiddenAggregates).toEqual([])
    expect(plain({}, {}, {}, { aggregates })?.forbiddenAggregates).toEqual([])
  })

  it('ask for the kind of image, unless a volume takes its place', () => {
    const policy = { preFilters: { imageTypes: true } }
    expect(asked({}, {}, policy).rootRequired).toEqual(['COMPUTE_IMAGE_TYPE_QCOW2'])
    expect(asked({}, {}, policy, { bootFromVolume: true }).rootRequired).toEqual([])
    expect(asked({}, {}).rootRequired).toEqual([])
  })

  it('make traits of image properties', () => {
    const properties = {
      hw_disk_bus: 'virtio',
      hw_vif_model: 'e1000e',
      hw_architecture: 'aarch64',
      hw_video_model: 'none',
    }
    const traits = [
      'COMPUTE_STORAGE_BUS_VIRTIO',
      'COMPUTE_GRAPHICS_MODEL_NONE',
      'COMPUTE_NET_VIF_MODEL_E1000E',
      'HW_ARCH_AARCH64',
    ]
    expect(asked({}, properties, { preFilters: { imageProperties: true } }).rootRequired).toEqual(traits)
    expect(asked({}, properties).rootRequired).toEqual([])
  })

  it('ask for network devices that the host manages', () => {
    expect(asked({}, {}, {}, { remoteManagedPorts: true }).rootRequired).toEqual(['COMPUTE_REMOTE_MANAGED_PORTS'])
  })

  it('put the groups of ports and accelerators beside those of the flavor', () => {
    const none = { required: [], forbidden: [], memberOf: [], forbiddenAggregates: [], inTree: null }
    const requested = ['port1', 'port2'].map((suffix) => ({
      suffix,
      resources: { NET_BW_EGR_KILOBIT_PER_SEC: 1 },
      ...none,
    }))
    const both = asked({}, {}, {}, { requested })
    expect(both.groups.map(({ suffix }) => suffix)).toEqual(['', 'port1', 'port2'])
    expect(both.groupPolicy).toBe('none')
    expect(asked({}, {}, {}, { requested: requested.slice(1) }).groupPolicy).toBeNull()
    expect(asked({ group_policy: 'isolate' }, {}, {}, { requested }).groupPolicy).toBe('isolate')
    const own = { 'resources1:CUSTOM_A': '1', 'resources2:CUSTOM_A': '1' }
    expect(asked(own, {}, {}, { requested }).groupPolicy).toBeNull()
  })

  it('narrow the hosts of a decision', () => {
    const world = snapshot(
      [
        host('a', { aggregates: ['north'] }),
        host('b', { aggregates: ['fast', 'north'] }),
        host('c', { aggregates: ['south'], traits: ['COMPUTE_STATUS_DISABLED'] }),
      ],
      { aggregates: [...aggregates.values()] },
    )
    const scheduler = filterScheduler({ filters: [], preFilters: { isolatedAggregates: true } })
    const ask = (zone: string) =>
      request({ resources: scheduler.translate(flavor(), null, { bootFromVolume: false, zone, aggregates }) })
    expectPolicy(scheduler, world).toPlace(ask('az1')).on('a')
    expectPolicy(scheduler, world).toRefuse(ask('az2')).at('Placement')
  })

  it('are refused when they are not known', () => {
    const typo = { preFilters: { zone: true } } as unknown as PolicyOptions
    expect(() => filterScheduler(typo)).toThrow('preFilters')
  })
})

describe('FlavorImageFilter', () => {
  const world = snapshot([host('a')])

  it('tells the tenant why no host will do', () => {
    const contrary = request({ flavor: flavor({ extraSpecs: { 'hw:numa_nodes': '2' } }) })
    expectPolicy({}, world).toRefuse(contrary).at('FlavorImageFilter').because('scheduler.invalid_request')
    const decision = filterScheduler().decide(world, contrary, 'seed')
    if (decision.kind === 'placed') throw new Error('half a processor was placed')
    expect(decision.explanation.summary).toContain('cannot be split evenly over 2 NUMA nodes')
  })

  it('lets sound requests pass', () => {
    const sound = request({ flavor: flavor({ extraSpecs: { 'hw:cpu_policy': 'shared' } }) })
    expectPolicy({}, world).toPlace(sound).on('a')
  })
})
