import { hardwareRequestOf, type HardwareRequest } from '@novakit/scheduler'
import { flavor, image } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

// Expected values are worked out from nova/virt/hardware.py, `numa_get_constraints` and the functions it calls.

type Words = Readonly<Record<string, string>>

const guest = (extraSpecs: Words, properties: Words = {}, vcpus = 4, memory = 4096) => ({
  flavor: flavor({ vcpus, memory, extraSpecs }),
  image: image(properties),
})

function hardware(...said: Parameters<typeof guest>): HardwareRequest {
  const answer = hardwareRequestOf(guest(...said))
  if (!answer.ok) throw new Error(answer.reason.message)
  return answer.hardware
}

function cells(...said: Parameters<typeof guest>) {
  return hardware(...said).topology?.cells.map(({ shared, dedicated, memory }) => [[...shared], [...dedicated], memory])
}

describe('the topology of a guest', () => {
  it.each([
    ['is none without a word', {}, undefined],
    ['is none for shared processors', { 'hw:cpu_policy': 'shared' }, undefined],
    ['is one node for dedicated processors', { 'hw:cpu_policy': 'dedicated' }, [[[], [0, 1, 2, 3], 4096]]],
    ['is one node for a page size', { 'hw:mem_page_size': '2048' }, [[[0, 1, 2, 3], [], 4096]]],
    ['is one node for persistent memory', { 'hw:pmem': 'A,B' }, [[[0, 1, 2, 3], [], 4096]]],
    [
      'splits evenly',
      { 'hw:numa_nodes': '2' },
      [
        [[0, 1], [], 2048],
        [[2, 3], [], 2048],
      ],
    ],
    [
      'splits as told',
      {
        'hw:numa_nodes': '2',
        'hw:numa_cpus.0': '0-2',
        'hw:numa_mem.0': '3072',
        'hw:numa_cpus.1': '3',
        'hw:numa_mem.1': '1024',
      },
      [
        [[0, 1, 2], [], 3072],
        [[3], [], 1024],
      ],
    ],
    ['mixes by a mask', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '^0-1' }, [[[0, 1], [2, 3], 4096]]],
    [
      'mixes by a real-time mask',
      { 'hw:cpu_policy': 'mixed', 'hw:cpu_realtime': 'yes', 'hw:cpu_realtime_mask': '2-3' },
      [[[0, 1], [2, 3], 4096]],
    ],
    ['takes resources:PCPU for a policy', { 'resources:PCPU': '4' }, [[[], [0, 1, 2, 3], 4096]]],
  ] as [string, Words, unknown][])('%s', (_, extraSpecs, expected) => {
    expect(cells(extraSpecs)).toEqual(expected)
  })

  it('takes from the image what the flavor leaves open', () => {
    expect(cells({}, { hw_cpu_policy: 'dedicated' })).toEqual([[[], [0, 1, 2, 3], 4096]])
    expect(cells({}, { hw_numa_nodes: '2' })).toHaveLength(2)
    expect(hardware({ 'hw:mem_page_size': 'large' }, { hw_mem_page_size: '1GB' }).topology?.pages).toBe(1_048_576)
    expect(hardware({ 'hw:cpu_policy': 'dedicated' }, { hw_cpu_policy: 'shared' }).cpu.policy).toBe('dedicated')
  })

  it('reads policies of threads from the trait too', () => {
    const pinned = { 'resources:PCPU': '4', 'trait:HW_CPU_HYPERTHREADING': 'forbidden' }
    expect(hardware(pinned).topology?.threads).toBe('isolate')
    expect(hardware({ 'resources:PCPU': '4' }, { 'trait:HW_CPU_HYPERTHREADING': 'required' }).topology?.threads).toBe(
      'require',
    )
  })

  it.each([
    ['2048', 2048],
    ['2MB', 2048],
    ['1GB', 1_048_576],
    ['1GiB', 1_048_576],
    ['16Mb', 2048],
    ['small', 'small'],
    ['any', 'any'],
  ])('reads the page size %s', (text, size) => {
    expect(hardware({ 'hw:mem_page_size': text }).topology?.pages).toBe(size)
  })
})

describe('what contradicts itself', () => {
  it.each([
    ['an unknown policy', { 'hw:cpu_policy': 'mine' }, {}],
    ['an image that asks for more', { 'hw:cpu_policy': 'shared' }, { hw_cpu_policy: 'dedicated' }],
    [
      'an image that asks for more than mixed',
      { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0' },
      { hw_cpu_policy: 'dedicated' },
    ],
    [
      'thread policies that differ',
      { 'hw:cpu_policy': 'dedicated', 'hw:cpu_thread_policy': 'require' },
      { hw_cpu_thread_policy: 'isolate' },
    ],
    ['a thread policy for shared processors', { 'hw:cpu_thread_policy': 'require' }, {}],
    ['a policy beside resources', { 'hw:cpu_policy': 'dedicated', 'resources:PCPU': '4' }, {}],
    ['two kinds of resources', { 'resources:VCPU': '2', 'resources:PCPU': '2' }, {}],
    ['too few PCPU for the emulator', { 'resources:PCPU': '4', 'hw:emulator_threads_policy': 'isolate' }, {}],
    ['the emulator apart on shared processors', { 'hw:emulator_threads_policy': 'isolate' }, {}],
    ['mixed without a mask', { 'hw:cpu_policy': 'mixed' }, {}],
    ['a mask without mixed', { 'hw:cpu_policy': 'dedicated', 'hw:cpu_dedicated_mask': '0' }, {}],
    ['a mask of everything', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0-3' }, {}],
    ['a mask beyond the flavor', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '3-4' }, {}],
    [
      'two masks',
      { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0', 'hw:cpu_realtime': 'on', 'hw:cpu_realtime_mask': '1' },
      {},
    ],
    ['all in real time', { 'hw:cpu_policy': 'dedicated', 'hw:cpu_realtime': 'true' }, {}],
    ['real time on shared processors', { 'hw:cpu_realtime': 'true', 'hw:cpu_realtime_mask': '1' }, {}],
    ['three nodes for four processors', { 'hw:numa_nodes': '3' }, {}],
    ['no nodes', { 'hw:numa_nodes': '0' }, {}],
    ['nodes said twice', { 'hw:numa_nodes': '2' }, { hw_numa_nodes: '2' }],
    ['processors of nodes without memory', { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-3' }, {}],
    [
      'a processor twice',
      {
        'hw:numa_nodes': '2',
        'hw:numa_cpus.0': '0-2',
        'hw:numa_cpus.1': '2-3',
        'hw:numa_mem.0': '2048',
        'hw:numa_mem.1': '2048',
      },
      {},
    ],
    ['a processor left over', { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-2', 'hw:numa_mem.0': '4096' }, {}],
    ['memory left over', { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-3', 'hw:numa_mem.0': '1024' }, {}],
    ['a page size of the image alone', {}, { hw_mem_page_size: '2048' }],
    ['a page size that the flavor fixed', { 'hw:mem_page_size': 'small' }, { hw_mem_page_size: '2048' }],
    ['no page size', { 'hw:mem_page_size': '2M' }, {}],
    ['locked memory without pages', { 'hw:locked_memory': 'true' }, {}],
    ['a range that runs backwards', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '3-1' }, {}],
    ['billions of processors', { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0-999999999' }, {}],
    ['encrypted memory without UEFI', { 'hw:mem_encryption': 'true' }, {}],
    [
      'encrypted memory that the image forbids',
      { 'hw:mem_encryption': 'true' },
      { hw_mem_encryption: 'false', hw_firmware_type: 'uefi' },
    ],
    [
      'encrypted memory on another machine',
      { 'hw:mem_encryption': 'true' },
      { hw_firmware_type: 'uefi', hw_machine_type: 'pc' },
    ],
    ['a TPM model of the wrong version', { 'hw:tpm_version': '1.2', 'hw:tpm_model': 'tpm-crb' }, {}],
    ['secure boot both ways', { 'os:secure_boot': 'required' }, { os_secure_boot: 'disabled' }],
    [
      'PCI affinity both ways',
      { 'hw:pci_numa_affinity_policy': 'required' },
      { hw_pci_numa_affinity_policy: 'socket' },
    ],
  ] as [string, Words, Words][])('is refused with a sentence: %s', (_, extraSpecs, properties) => {
    const answer = hardwareRequestOf(guest(extraSpecs, properties))
    expect(answer).toMatchObject({ ok: false, reason: { code: 'scheduler.invalid_request' } })
    if (!answer.ok) expect(answer.reason.message).toMatch(/^What flavor and image ask for cannot be: .+\.$/)
  })

  it('passes over keys that only every object has', () => {
    expect(hardware({ 'hw:constructor': '1', 'hw:__proto__': '1' }, { hw_toString: 'x' }).topology).toBeNull()
  })
})
