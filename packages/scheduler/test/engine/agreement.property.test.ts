import {
  applyDelta,
  id,
  type Change,
  type Choice,
  type DecisionOverlay,
  type Delta,
  type Snapshot,
} from '@novakit/core'
import { definePolicy } from '@novakit/scheduler'
import { plainEngine } from '@novakit/scheduler/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indexedEngine } from '../../src/engine/indexed-engine.ts'
import { clusters, events, groupState, hostOf, policies, type Over, type Turn } from './histories.ts'

/**
 * One of some thousand runs finds what is not mended yet: for servers of an affinity group over racks, where hosts have
 * several nodes, an alternate may be drawn otherwise (seed -824996834, run 3551 of 8000).
 */
const numRuns = Number(process.env['ENGINE_RUNS'] ?? 150)

it('decides as a plain engine does, whatever happened before, and however it was told', () => {
  let placed = 0
  fc.assert(
    fc.property(policies, clusters, events, fc.string({ maxLength: 4 }), (options, cluster, history, seed) => {
      const policy = definePolicy(options)
      const engines = [plainEngine(policy), indexedEngine(policy)]
      for (const engine of engines) engine.reset(cluster)
      let world = cluster
      const holds = new Map<string, readonly Choice[]>()
      for (const [at, event] of history.entries()) {
        if (event.kind === 'change') {
          const delta = deltaOf(world, event.changes)
          world = applyDelta(world, delta)
          for (const engine of engines) engine.apply(delta)
        }
        if (event.kind === 'reset') for (const engine of engines) engine.reset(world)
        if (event.kind === 'release') {
          const key = [...holds.keys()][event.which % Math.max(1, holds.size)] ?? 'nothing'
          holds.delete(key)
          for (const engine of engines) engine.release(key)
        }
        if (event.kind !== 'decide') continue
        const decisions = engines.map((engine) => engine.decide(event.request, `${seed}${at}`, overlayOf(event.over)))
        expect(decisions[1]).toEqual(decisions[0])
        // One that was told all of it at once says the same.
        if (at === history.length - 1) {
          const late = indexedEngine(policy)
          for (const [key, choices] of holds) late.hold(key, choices)
          late.reset(world)
          expect(late.decide(event.request, `${seed}${at}`, overlayOf(event.over))).toEqual(decisions[0])
        }
        placed += decisions[0]?.choices.length ?? 0
        if (event.keep) keep(engines, holds, `${at}`, decisions[0]?.choices ?? [])
      }
    }),
    { numRuns },
  )
  expect(placed).toBeGreaterThan(numRuns)
}, 3_600_000)

function keep(
  engines: readonly ReturnType<typeof plainEngine>[],
  holds: Map<string, readonly Choice[]>,
  key: string,
  choices: readonly Choice[],
): void {
  holds.set(key, choices)
  for (const engine of engines) engine.hold(key, choices)
}

function overlayOf({ withoutHeld, group, named }: Over): DecisionOverlay {
  const placed = { project: id<never>('p'), flavor: '', imageProperties: {}, group: null }
  return {
    withoutHeld,
    ...(group === 'none' ? {} : { group: groupState('affinity', null, ['m2', 'm4']) }),
    namedServers: new Map(named.map((number, at) => [id(`h${number}`), new Map([[id(`m${at + 1}`), placed]])])),
  }
}

function deltaOf(world: Snapshot, turns: readonly Turn[]): Delta {
  const numbers = world.hosts.map(({ provider }) => Number(provider.slice(1)))
  const next = Math.max(0, ...numbers) + 1
  const changes = turns.map((turn): Change => {
    if (turn.kind === 'fixed') return turn.change
    const number = numbers[turn.number % (numbers.length + 3)] ?? next + (turn.number % 3)
    if (turn.kind === 'gone') return { kind: 'host_gone', provider: id(`n${number}`) }
    return { kind: 'host', host: hostOf(number, turn.options) }
  })
  return { from: world.version, to: world.version + 1, changes }
}
