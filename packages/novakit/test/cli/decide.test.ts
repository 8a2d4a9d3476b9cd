import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isNovakitError } from '@novakit/core'
import { describe, expect, it, vi } from 'vitest'
import { command } from '../../src/cli/commands/decide.ts'
import { tempFolder } from '../support/temp-folder.ts'

const examples = path.join(import.meta.dirname, '../../../../examples/decide')
const example = (file: string): string => path.join(examples, `${file}.json`)

/** What the verb prints, or the sentence that it fails with. */
async function decide(...args: readonly string[]): Promise<string> {
  let said = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  try {
    expect(await command.run(args)).toBe(0)
    return said
  } catch (error) {
    if (!isNovakitError(error)) throw error
    return `novakit: ${error.message}`
  } finally {
    spy.mockRestore()
  }
}

const exampleFiles = ['--hosts', example('hosts'), '--requests', example('requests')]

interface Files {
  readonly hosts?: unknown
  readonly requests?: unknown
  readonly policy?: unknown
}

/** Text as it is, all else as JSON. */
async function decideOn(files: Files, ...args: readonly string[]): Promise<string> {
  const folder = await tempFolder()
  const all = {
    hosts: [{ name: 'a', vcpus: 4, memory: 4096 }],
    requests: { flavor: { vcpus: 1, memory: 1 } },
    ...files,
  }
  const options = await Promise.all(
    Object.entries(all).map(async ([name, value]) => {
      const file = path.join(folder, `${name}.json`)
      await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value))
      return [`--${name}`, file]
    }),
  )
  return (await decide(...options.flat(), ...args)).replaceAll(`${folder}/`, '')
}

describe('novakit decide', () => {
  it('says where servers go, in order, and in words why not', async () => {
    const said = await decide(...exampleFiles, '--explain')
    expect(said).toContain('one more web server: placed\n  web-2 → b\n')
    expect(said).toContain('server_group.anti_affinity 1')
    expect(said).toContain('a large one: refused, 0 would fit')
    expect(said).toContain('  It would fit if:\n  - c were enabled\n')
  })

  it('says the same in JSON', async () => {
    const said = await decide(...exampleFiles, '--policy', example('policy'), '--explain', '--json')
    const [web, large] = (JSON.parse(said) as { requests: Record<string, unknown>[] }).requests
    const allocations = { b: { VCPU: 4, MEMORY_MB: 8192, DISK_GB: 40 } }
    expect(web).toMatchObject({ kind: 'placed', choices: [{ server: 'web-2', chosen: { host: 'b', allocations } }] })
    expect(large).toMatchObject({ kind: 'refused', fitted: 0, remedy: [{ kind: 'enable', host: 'c' }] })
    expect(large).toHaveProperty('summary')
  })

  it('decides each request on what the ones before it left, or alone', async () => {
    const requests = [1, 2].map(() => ({ flavor: { vcpus: 3, memory: 1 } }))
    expect(await decideOn({ requests })).toContain('request 2: refused')
    expect(await decideOn({ requests }, '--alone')).toContain('request 2: placed')
  })

  it('knows hardware, zones and policies of the files', async () => {
    const cell = { id: 0, shared: [0, 1], dedicated: [2, 3], memory: 4096, siblings: [[0], [1], [2], [3]] }
    const host = {
      name: 'a',
      memory: 4096,
      inventories: { PCPU: { total: 2 } },
      hypervisor: { numa: { cells: [cell] } },
    }
    const ask = (vcpus: number) => ({ flavor: { vcpus, memory: 1024, extraSpecs: { 'hw:cpu_policy': 'dedicated' } } })
    const policy = { filters: ['NUMATopologyFilter'] }
    expect(await decideOn({ hosts: [host], requests: ask(2), policy })).toContain('r1-s1 → a')
    expect(await decideOn({ hosts: [host], requests: ask(3), policy }, '--explain')).toContain('host.numa 1')
  })

  it.each<[string, Files, RegExp]>([
    ['no JSON', { hosts: '{' }, /^novakit: hosts.json cannot be read: it is no JSON/],
    ['a host without a name', { hosts: [{}] }, /hosts.json is not as it should be: .*name/],
    ['an unknown field', { hosts: [{ name: 'a', cpus: 4 }] }, /cpus/],
    ['a negative amount', { hosts: [{ name: 'a', vcpus: -1 }] }, /vcpus/],
    ['half a processor', { hosts: [{ name: 'a', vcpus: 1.5 }] }, /vcpus/],
    ['text for an amount', { hosts: [{ name: 'a', memory: 'much' }] }, /memory/],
    ['two nodes of a name', { hosts: [{ name: 'a' }, { name: 'a' }] }, /there are two nodes or providers named "a"/],
    ['an aggregate that is none', { hosts: [{ name: 'a', aggregates: ['x'] }] }, /a is in the aggregate "x"/],
    ['hosts that are none', { hosts: 7 }, /hosts.json is not as it should be/],
    ['no request', { requests: [] }, /requests.json is not as it should be/],
    ['a request without a flavor', { requests: [{}] }, /flavor/],
    [
      'a group that is none',
      { requests: { flavor: { vcpus: 1, memory: 1 }, group: 'x' } },
      /requests.0.group: the cluster has no group "x"/,
    ],
    [
      'a hint that is none',
      { requests: { flavor: { vcpus: 1, memory: 1 }, hints: { _nova_check_type: ['rebuild'] } } },
      /_nova_check_type/,
    ],
    [
      '10,001 hints',
      { requests: { flavor: { vcpus: 1, memory: 1 }, hints: { sameHost: Array.from({ length: 10_001 }, String) } } },
      /sameHost/,
    ],
    ['a policy that is none', { policy: [] }, /policy.json is not as it should be/],
    [
      'an unknown filter',
      { policy: { filters: ['NoFilter'] } },
      /There is no filter NoFilter\. There are: AggregateCoreFilter, /,
    ],
    [
      'an absurd option',
      { policy: { filters: [{ filter: 'IoOpsFilter', options: { maxIoOpsPerHost: 0 } }] } },
      /IoOpsFilter.maxIoOpsPerHost/,
    ],
    [
      'an absurd multiplier',
      { policy: '{"weighers": [{"weigher": "RAMWeigher", "multiplier": 1e400}]}' },
      /weighers.0/,
    ],
  ])('refuses %s with a sentence', async (_, files, sentence) => {
    expect(await decideOn(files)).toMatch(sentence)
  })

  it('wants both files, and a sound number', async () => {
    expect(await decide('--hosts', example('hosts'))).toContain('Name the files')
    expect(await decide(...exampleFiles, '--top', 'all')).toContain('--top takes a whole number')
    expect(await decide('--hosts', 'nowhere.json', '--requests', example('requests'))).toContain(
      'nowhere.json cannot be read: ENOENT',
    )
    await expect(decide('--what')).rejects.toThrow("Unknown option '--what'")
  })
})
