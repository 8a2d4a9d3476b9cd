import { expect } from 'vitest'
import type { Cases } from './cases.ts'
import { refusal } from './bench.ts'
import { seconds } from '../../domain/unit/units.ts'

export const powerCases = {
  'pulls the plug and puts it back, however often': async (bench) => {
    const order = await bench.spawned()
    const { power } = bench.host
    for (const time of ['first', 'second']) {
      await power.off(order, null)
      expect(await power.state(order), `off, ${time} time`).toBe('shutdown')
    }
    for (const time of ['first', 'second']) {
      await power.on(order)
      expect(await power.state(order), `on, ${time} time`).toBe('running')
    }
  },

  'says the same power state in state and in list': async (bench) => {
    const order = await bench.spawned()
    await bench.host.power.off(order, null)
    const [guest] = await bench.listed(order.server)
    expect(guest?.power).toBe(await bench.host.power.state(order))
  },

  'asks a guest to shut down, and has it off when the time given is over': async (bench) => {
    const order = await bench.spawned()
    await bench.host.power.off(order, seconds(1))
    expect(await bench.host.power.state(order)).toBe('shutdown')
  },

  'refuses what it is asked of a guest that never was': async (bench) => {
    const order = await bench.order()
    await refusal(bench.host.power.on(order))
    await refusal(bench.host.power.off(order, null))
    await refusal(bench.host.power.state(order))
  },

  'refuses what it is asked of a destroyed guest': async (bench) => {
    const order = await bench.spawned()
    await bench.host.destroy(order, {})
    await refusal(bench.host.power.on(order))
    expect(await bench.listed(order.server)).toEqual([])
  },

  'does not power on for a signal that has aborted': async (bench) => {
    const order = await bench.spawned({ powerOn: false })
    await expect(bench.host.power.on(order, AbortSignal.abort())).rejects.toThrow()
    expect(await bench.host.power.state(order)).toBe('shutdown')
  },
} satisfies Cases
