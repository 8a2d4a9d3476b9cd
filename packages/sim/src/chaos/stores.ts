import type { Trouble } from './mischief.ts'
import { between, nowAndThen, pick } from './mischief.ts'

/** Writes end in every way in which a commit can: refused, lost, done without an answer, or neither. */
export const badStorage: Trouble = ({ world, random, over, happens }) => {
  const faults = ['retry', 'lost', 'unknown_kept', 'unknown_lost'] as const
  world.chaos.storage.add(({ name }, { store, call }) => {
    if (over() || call !== 'write' || random.next() >= 0.04) return null
    const fault = pick(random, faults)
    if (!happens(`a write of ${name} in ${store} ends ${fault}`)) return null
    world.trace.mark(`a commit ends: ${fault}`)
    return fault
  })
}

/** Stores answer nobody for a while. */
export const storeOutages: Trouble = (mischief) =>
  nowAndThen(mischief, 8, 25, () => {
    const { world, random, happens } = mischief
    const store = pick(random, world.stores)
    const span = between(random, 1, 10)
    if (!happens(`${store} answers nobody for ${span} ms`)) return
    world.trace.mark(store === 'global' ? 'the global store is away' : 'the store of a cell is away')
    world.outages.add(store)
    world.clock.after(span, () => world.outages.delete(store))
  })
