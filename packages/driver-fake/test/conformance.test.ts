import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describeHypervisorDriver } from '@novakit/core/testing'
import { gib } from '@novakit/core'
import { fakeDriver } from '../src/index.ts'
import type { FakeDriver } from '../src/index.ts'

/** The fake's own truth: no record of any guest may be left, not even a disk. */
const leftovers = ({ world }: FakeDriver): readonly string[] => [
  ...world.guests().map(({ host, server }) => `guest ${server} on ${host}`),
  ...world.violations().map((violation) => `violation ${JSON.stringify(violation)}`),
]

const peer = (driver: FakeDriver): FakeDriver => driver

describeHypervisorDriver('fake', { make: () => fakeDriver(), peer, leftovers })

describeHypervisorDriver('fake, two nodes and devices', {
  make: () => {
    const size = { vcpus: 8, memory: gib(16), disk: gib(100) }
    const children = { numa0: { children: { gpu0: { resources: { VGPU: 1 }, traits: ['CUSTOM_GPU'] } } } }
    return fakeDriver({
      nodes: (host) => ({
        [`${host}-a`]: { ...size, children },
        [`${host}-b`]: { ...size, traits: ['HW_CPU_X86_AVX2'] },
      }),
    })
  },
  peer,
  leftovers,
})

describeHypervisorDriver('fake, core only', { make: () => fakeDriver({ facets: [] }), leftovers })

describeHypervisorDriver('fake, slow and with late events', {
  make: () =>
    fakeDriver({
      latency: { default: { min: 0, max: 3 }, 'spawn.define': 2, 'spawn.start': { min: 1, max: 3 } },
      eventDelay: { min: 0, max: 5 },
      shutdown: 'never',
      migration: { span: 50 },
    }),
  peer,
  leftovers,
})

describeHypervisorDriver('fake, with a state file and snapshots on disk', {
  make: async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'fake-driver-'))
    return fakeDriver({ stateFile: path.join(folder, 'guests'), directory: path.join(folder, 'snapshots') })
  },
  peer,
  leftovers,
})
