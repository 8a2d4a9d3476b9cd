import type { Inspection } from './inspection.ts'
import type { OutOfBand } from './out-of-band.ts'
import type { Stepping } from './stepping.ts'
import type { WorldOptions, WorldState } from './world-state.ts'
import { inspection } from './inspection.ts'
import { outOfBand } from './out-of-band.ts'
import { stepping } from './stepping.ts'
import { worldState } from './world-state.ts'

/**
 * What outlives agents: machines, their guests, and where each guest ran when. Drivers that share a world see each
 * other's hosts, so guests can move between them, and one that runs on two hosts at once is found out.
 */
export type FakeWorld = Inspection & OutOfBand & Stepping

const insides = new WeakMap<object, WorldState>()

/** A world without hosts: opening a driver in it adds one. */
export function fakeWorld(options: WorldOptions = {}): FakeWorld {
  const state = worldState(options)
  const world: FakeWorld = Object.freeze({ ...inspection(state), ...outOfBand(state), ...stepping(state) })
  insides.set(world, state)
  return world
}

export function isFakeWorld(value: unknown): value is FakeWorld {
  return typeof value === 'object' && value !== null && insides.has(value)
}

export function insideOf(world: FakeWorld): WorldState {
  const state = insides.get(world)
  if (state === undefined) throw new TypeError('not a world of fakeWorld()')
  return state
}
