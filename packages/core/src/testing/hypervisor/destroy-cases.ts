import { expect } from 'vitest'
import type { Cases } from './cases.ts'

export const destroyCases = {
  'takes a running guest away': async (bench) => {
    const order = await bench.spawned()
    await bench.host.destroy(order, {})
    expect(await bench.listed(order.server)).toEqual([])
  },

  'takes a stopped guest away': async (bench) => {
    const order = await bench.spawned()
    await bench.host.power.off(order, null)
    await bench.host.destroy(order, {})
    expect(await bench.listed(order.server)).toEqual([])
  },

  'is content when the guest is gone already': async (bench) => {
    const order = await bench.spawned()
    await bench.host.destroy(order, {})
    await bench.host.destroy(order, {})
    expect(await bench.listed(order.server)).toEqual([])
  },

  'is content with a guest that never was': async (bench) => {
    const order = await bench.order()
    await bench.host.destroy(order, {})
    expect(await bench.listed(order.server)).toEqual([])
  },

  'does it once when asked twice at the same moment': async (bench) => {
    const order = await bench.spawned()
    await Promise.all([bench.host.destroy(order, {}), bench.host.destroy(order, {})])
    expect(await bench.listed(order.server)).toEqual([])
  },

  'can keep disks, which a later spawn takes up and a later destroy removes': async (bench) => {
    const order = await bench.spawned()
    await bench.host.destroy(order, { keepDisks: true })
    expect(await bench.listed(order.server)).toEqual([])
    await bench.host.spawn({ ...order, epoch: 2 })
    expect(await bench.listed(order.server)).toMatchObject([{ epoch: 2, power: 'running' }])
  },
} satisfies Cases
