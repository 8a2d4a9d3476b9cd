import type { ResourceGroup } from '@novakit/core'
import { resourceRequestOf } from '@novakit/scheduler'
import { flavor, image } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

const disks = { bootFromVolume: false }

/** The group without a suffix of a flavor with these extra specs. */
function plain(extraSpecs: Record<string, string>, options = disks): Partial<ResourceGroup> | undefined {
  return resourceRequestOf(flavor({ extraSpecs }), null, options).groups.find((group) => group.suffix === '')
}

describe('resourceRequestOf', () => {
  it('asks for the flavor’s processors, memory and disk', () => {
    const request = resourceRequestOf(flavor({ vcpus: 2, memory: 2048, disk: 20 }), null, disks)
    expect(request.groups).toEqual([
      {
        suffix: '',
        resources: { VCPU: 2, MEMORY_MB: 2048, DISK_GB: 20 },
        required: [],
        forbidden: [],
        memberOf: [],
        forbiddenAggregates: [],
        inTree: null,
      },
    ])
    expect(request).toMatchObject({ groupPolicy: null, rootRequired: [], rootForbidden: [], sameSubtree: [] })
  })

  it.each([
    ['rounds swap up to GiB', { disk: 10, ephemeral: 5, swap: 1 }, false, 16],
    ['adds whole GiB of swap as they are', { disk: 10, swap: 2048 }, false, 12],
    ['leaves the root disk to the volume', { disk: 10, ephemeral: 5, swap: 0 }, true, 5],
    ['asks for no disk at all where there is none', { disk: 10 }, true, undefined],
  ])('%s', (_, sizes, bootFromVolume, gib) => {
    const [group] = resourceRequestOf(flavor(sizes), null, { bootFromVolume }).groups
    expect(group?.resources['DISK_GB']).toBe(gib)
  })

  it('lets an extra spec replace an amount', () => {
    expect(plain({ 'resources:VCPU': '4' })?.resources).toEqual({ VCPU: 4, MEMORY_MB: 1024, DISK_GB: 10 })
  })

  it('asks for none of a class that is set to 0', () => {
    const resources = { CUSTOM_BAREMETAL: 1 }
    const zero = { 'resources:VCPU': '0', 'resources:MEMORY_MB': '0', 'resources:DISK_GB': '0' }
    expect(plain({ ...zero, 'resources:CUSTOM_BAREMETAL': '1' })?.resources).toEqual(resources)
  })

  it('asks for no VCPU beside PCPU', () => {
    expect(plain({ 'resources:PCPU': '2' })?.resources).toEqual({ PCPU: 2, MEMORY_MB: 1024, DISK_GB: 10 })
  })

  it('asks for an amount once, in whatever group the extra specs put it', () => {
    const request = resourceRequestOf(flavor({ extraSpecs: { 'resources_NUMA0:MEMORY_MB': '512' } }), null, disks)
    expect(request.groups.map(({ suffix, resources }) => [suffix, resources])).toEqual([
      ['', { VCPU: 1, DISK_GB: 10 }],
      ['_NUMA0', { MEMORY_MB: 512 }],
    ])
  })

  it('gathers resources and traits by suffix', () => {
    const extraSpecs = {
      'resources1:SRIOV_NET_VF': '1',
      'trait1:CUSTOM_PHYSNET_A': 'required',
      'resources2:SRIOV_NET_VF': '2',
      'trait2:CUSTOM_PHYSNET_A': 'forbidden',
      group_policy: 'isolate',
    }
    const request = resourceRequestOf(flavor({ extraSpecs }), null, disks)
    expect(request.groupPolicy).toBe('isolate')
    expect(request.groups.slice(1)).toMatchObject([
      { suffix: '1', resources: { SRIOV_NET_VF: 1 }, required: ['CUSTOM_PHYSNET_A'], forbidden: [] },
      { suffix: '2', resources: { SRIOV_NET_VF: 2 }, required: [], forbidden: ['CUSTOM_PHYSNET_A'] },
    ])
  })

  it('asks the plain group for the traits of flavor and image', () => {
    const asked = flavor({ extraSpecs: { 'trait:HW_CPU_X86_AVX2': 'required', 'trait:CUSTOM_OLD': 'forbidden' } })
    const properties = { 'trait:HW_CPU_X86_SGX': 'required', 'trait1:CUSTOM_X': 'required', os_distro: 'debian' }
    const [group, ...others] = resourceRequestOf(asked, image(properties), disks).groups
    expect(group?.required).toEqual(['HW_CPU_X86_AVX2', 'HW_CPU_X86_SGX'])
    expect(group?.forbidden).toEqual(['CUSTOM_OLD'])
    expect(others).toEqual([])
  })

  it.each([
    ['resources:VCPU', 'many'],
    ['resources:VCPU', '-1'],
    ['resources:VCPU', '1.5'],
    ['resources:VCPU', '9'.repeat(30)],
    ['trait:CUSTOM_X', 'preferred'],
    ['resources:lower', '1'],
    ['resources:', '1'],
    ['resources!:VCPU', '3'],
    ['group_policy', 'whatever'],
    ['hw:cpu_policy', 'shared'],
  ])('passes %s=%s by', (key, value) => {
    expect(plain({ [key]: value })).toEqual(plain({}))
    expect(resourceRequestOf(flavor({ extraSpecs: { [key]: value } }), null, disks).groupPolicy).toBeNull()
  })

  it('takes no resources from an image', () => {
    const [group] = resourceRequestOf(
      flavor(),
      image({ 'resources:VCPU': '0', 'trait:CUSTOM_X': 'required' }),
      disks,
    ).groups
    expect(group?.resources).toEqual({ VCPU: 1, MEMORY_MB: 1024, DISK_GB: 10 })
  })
})
