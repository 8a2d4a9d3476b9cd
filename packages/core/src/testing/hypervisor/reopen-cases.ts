import { expect } from 'vitest'
import type { Cases } from './cases.ts'

export const reopenCases = {
  'leaves guests running when it closes, and finds them again with their epochs': async (bench) => {
    const running = await bench.spawned({ epoch: 3 })
    const stopped = await bench.spawned({ powerOn: false })
    await bench.reopen()
    expect(await bench.listed(running.server)).toMatchObject([{ epoch: 3, power: 'running' }])
    expect(await bench.listed(stopped.server)).toMatchObject([{ epoch: 1, power: 'shutdown' }])
  },

  'goes on with a guest of before': async (bench) => {
    const order = await bench.spawned()
    await bench.reopen()
    await bench.host.spawn(order)
    await bench.host.power.off(order, null)
    expect(await bench.listed(order.server)).toMatchObject([{ power: 'shutdown' }])
  },

  'can be closed twice': async (bench) => {
    await bench.host.close()
    await bench.reopen()
    expect((await bench.host.inventory()).length).toBeGreaterThan(0)
  },
} satisfies Cases
