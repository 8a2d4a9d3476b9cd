import type { HostState, RequestSpec, ServerId } from '@novakit/core'
import { definePolicy, type PolicyOptions } from '@novakit/scheduler'
import { flavor, host, plainEngine, request, snapshot } from '@novakit/scheduler/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indexedEngine } from '../../src/engine/indexed-engine.ts'

// Enough hosts for several sections of the index, few enough for a look at each of them every time.

const numRuns = Number(process.env['ENGINE_RUNS'] ?? 25)

const policies: fc.Arbitrary<PolicyOptions> = fc.record({
  preset: fc.constantFrom('default' as const, 'pack' as const, 'spreading' as const, 'packing' as const),
  tieBreak: fc.constantFrom('first', 'random'),
  maxAttempts: fc.constantFrom(1, 3, 5),
  hostSubsetSize: fc.constantFrom(1, 1, 1, 3),
})

const shapes = [
  [1, 2, 10],
  [2, 4, 20],
  [2, 16, 40],
  [8, 8, 80],
  [16, 64, 320],
  [32, 64, 100],
] as const

const requests: readonly RequestSpec[] = shapes.map(([vcpus, memory, disk]) =>
  request({ flavor: flavor({ name: `${vcpus}-${memory}`, vcpus, memory: memory * 1024, disk }) }),
)

interface World {
  /** Of hosts that may be alike: how many, of how many cells, how differently used, with how many build failures. */
  readonly hosts: number
  readonly cells: number
  readonly grain: number
  readonly failures: number
  readonly seed: number
}

const worlds: fc.Arbitrary<World> = fc.record({
  hosts: fc.constantFrom(200, 300, 700),
  cells: fc.constantFrom(1, 1, 2),
  grain: fc.constantFrom(1, 3, 30),
  failures: fc.constantFrom(0, 0, 2),
  seed: fc.nat(),
})

/** One event: a server of a shape arrives, and then one leaves, a host changes, goes or comes. */
const events = fc.array(
  fc.record({
    shape: fc.nat({ max: shapes.length - 1 }),
    next: fc.constantFrom('nothing', 'leave', 'leave', 'refill', 'disable', 'enable', 'gone'),
    which: fc.nat(),
  }),
  { minLength: 20, maxLength: 60, size: 'max' },
)

it('decides among many hosts as a plain engine does', () => {
  let placed = 0
  fc.assert(
    fc.property(policies, worlds, events, (options, world, history) => {
      const policy = definePolicy(options)
      const engines = [plainEngine(policy), indexedEngine(policy)] as const
      const hosts = Array.from({ length: world.hosts }, (_, at) => hostOf(world, at, world.seed + at))
      for (const engine of engines) engine.reset(snapshot(hosts))
      const held: string[] = []
      for (const [at, { shape, next, which }] of history.entries()) {
        const server = `s${at}` as ServerId
        const spec = { ...(requests[shape] as RequestSpec), servers: [server] }
        const [plain, indexed] = engines.map((engine) => engine.decide(spec, server))
        expect(indexed).toEqual(plain)
        placed += plain?.choices.length ?? 0
        if (plain !== undefined && plain.choices.length > 0) {
          held.push(server)
          for (const engine of engines) engine.hold(server, plain.choices)
        }
        const slot = which % world.hosts
        const left = held[which % Math.max(1, held.length)] ?? 'nobody'
        const before = hostOf(world, slot, which)
        const delta = { from: engines[0].version, to: engines[0].version + 1 }
        for (const engine of engines) {
          if (next === 'leave') engine.release(left)
          if (next === 'gone') engine.apply({ ...delta, changes: [{ kind: 'host_gone', provider: before.provider }] })
          if (next === 'refill') engine.apply({ ...delta, changes: [{ kind: 'host', host: before }] })
          if (next === 'disable' || next === 'enable') {
            const changed = { ...before, enabled: next === 'enable' }
            engine.apply({ ...delta, changes: [{ kind: 'host', host: changed }] })
          }
        }
      }
    }),
    { numRuns },
  )
  expect(placed).toBeGreaterThan(numRuns)
}, 3_600_000)

function hostOf({ cells, grain, failures }: World, at: number, seed: number): HostState {
  const part = (salt: number): number => (Math.imul(seed + salt, 0x9e3779b1) >>> 8) % grain
  const used = { vcpus: 2 * part(1), memory: 4096 * part(2), disk: 10 * part(3) }
  return host(`h${at}`, {
    vcpus: 64,
    memory: 262_144,
    disk: 1000,
    ratios: { vcpus: 1.5 },
    used,
    cell: `cell${at % cells}`,
    stats: { failedBuilds: failures === 0 ? 0 : part(4) % failures, ioOps: part(5) % 3 },
  })
}
