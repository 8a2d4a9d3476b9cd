import { expect } from 'vitest'
import type { Cases } from './cases.ts'
import type { GuestEvent } from '../../ports/hypervisor.ts'

export const eventCases = {
  'tells when a guest starts and stops': async (bench) => {
    const heard: GuestEvent[] = []
    bench.host.events((event) => heard.push(event))
    const order = await bench.spawned()
    const kinds = (): readonly string[] => heard.filter(({ server }) => server === order.server).map(({ kind }) => kind)
    await bench.until('the event of the start', () => kinds().includes('started'))
    await bench.host.power.off(order, null)
    await bench.until('the event of the stop', () => kinds().includes('stopped'))
  },

  'dates events by the clock that it was given': async (bench) => {
    const heard: GuestEvent[] = []
    const before = bench.environment.clock.now()
    bench.host.events((event) => heard.push(event))
    await bench.spawned()
    await bench.until('an event', () => heard.length > 0)
    for (const { at } of heard) {
      expect(at).toBeGreaterThanOrEqual(before)
      expect(at).toBeLessThanOrEqual(bench.environment.clock.now())
    }
  },

  'tells every listener, and none any more that has left': async (bench) => {
    const [stayed, left]: [GuestEvent[], GuestEvent[]] = [[], []]
    bench.host.events((event) => stayed.push(event))
    const leave = bench.host.events((event) => left.push(event))
    leave()
    leave()
    const { server } = await bench.spawned()
    await bench.until('the event of the start', () => stayed.some((event) => event.server === server))
    expect(left).toEqual([])
  },
} satisfies Cases
