import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { points } from '../src/knobs/call.ts'
import { chance } from '../src/index.ts'
import type { Fault } from '../src/index.ts'
import { opened, orderOn, server } from './kit.ts'
import type { Opened } from './kit.ts'

const order = orderOn('a')
const at = fc.constantFrom(...points)
const fault: fc.Arbitrary<Fault | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant('error' as const), at }),
  fc.constant({ kind: 'error-after-effect' as const }),
  fc.record({ kind: fc.constant('hang' as const), at }),
  fc.constant({ kind: 'no-effect' as const }),
)
const script = fc.array(fault, { maxLength: 6 })

/** Does what a patient caller does: asks again until the host shows what was asked for; gives up what hangs. */
async function insist(fake: Opened, call: (signal: AbortSignal) => Promise<void>, isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 10 && !isSo(); attempt++) {
    const controller = new AbortController()
    const outcome = call(controller.signal).catch(() => undefined)
    await fake.settle()
    controller.abort()
    // A destroy has no signal: what hangs in it is released.
    for (const waiting of fake.world.waiting()) await fake.world.release(waiting)
    await outcome
  }
}

describe('whatever goes wrong', () => {
  it('a spawn that is repeated makes one guest with one disk, and a repeated destroy leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(script, script, async (spawnFaults, destroyFaults) => {
        const fake = await opened({ faults: { spawn: spawnFaults, destroy: destroyFaults } })
        const { host, world } = fake
        await insist(
          fake,
          (signal) => host.spawn(order, signal),
          () => world.guest(order.server)?.power === 'running',
        )
        expect(world.guests()).toMatchObject([{ power: 'running', disks: [{ generation: 1 }] }])
        await insist(
          fake,
          () => host.destroy(order, {}),
          () => world.guests().length === 0,
        )
        expect(world.guests()).toEqual([])
        expect(world.violations()).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('the same seed goes wrong in the same way', async () => {
    const history = async (seed: string): Promise<readonly unknown[]> => {
      const half: Fault = { kind: 'error', at: 'define' }
      const { host, world } = await opened({ faults: { spawn: chance(0.5, half) }, loseEvents: 0.5 }, 'a', seed)
      for (let name = 0; name < 20; name++) {
        await host.spawn(orderOn('a', { server: server(String(name)) })).catch(() => undefined)
      }
      return world.calls()
    }
    expect(await history('one')).toEqual(await history('one'))
    expect(await history('one')).not.toEqual(await history('two'))
  })
})
