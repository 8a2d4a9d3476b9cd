import { expect } from 'vitest'
import type { Cases } from './cases.ts'

export const spawnCases = {
  'starts a guest and lists it with its node and epoch': async (bench) => {
    const { server, node, epoch } = await bench.spawned({ epoch: 7 })
    expect(await bench.listed(server)).toMatchObject([{ server, node, epoch, power: 'running' }])
  },

  'finds the guest when the same order comes again': async (bench) => {
    const order = await bench.spawned()
    await bench.host.spawn(order)
    expect(await bench.listed(order.server)).toMatchObject([{ epoch: order.epoch, power: 'running' }])
  },

  'makes one guest of two orders at the same moment': async (bench) => {
    const order = await bench.order()
    await Promise.all([bench.host.spawn(order), bench.host.spawn(order)])
    expect(await bench.listed(order.server)).toMatchObject([{ power: 'running' }])
  },

  'keeps guests apart': async (bench) => {
    const [first, second] = [await bench.spawned(), await bench.spawned()]
    await bench.host.destroy(first, {})
    expect(await bench.listed(first.server)).toEqual([])
    expect(await bench.listed(second.server)).toMatchObject([{ power: 'running' }])
  },

  'leaves a guest stopped that is not to be powered on': async (bench) => {
    const order = await bench.spawned({ powerOn: false })
    expect(await bench.listed(order.server)).toMatchObject([{ power: 'shutdown' }])
    await bench.host.power.on(order)
    expect(await bench.host.power.state(order)).toBe('running')
  },

  'makes a destroyed guest anew in a higher epoch': async (bench) => {
    const order = await bench.spawned()
    await bench.host.destroy(order, {})
    await bench.host.spawn({ ...order, epoch: 2 })
    expect(await bench.listed(order.server)).toMatchObject([{ epoch: 2, power: 'running' }])
  },

  'puts guests on the node that they were ordered for': {
    needs: { nodes: 2 },
    run: async (bench) => {
      const orders = [await bench.spawned(), await bench.spawned({ node: await bench.node(1) })]
      const nodes = await Promise.all(orders.map(async ({ server }) => (await bench.listed(server))[0]?.node))
      expect(nodes).toEqual(orders.map(({ node }) => node))
      expect(nodes[0]).not.toBe(nodes[1])
    },
  },

  'does nothing for a signal that has aborted': async (bench) => {
    const order = await bench.order()
    await expect(bench.host.spawn(order, AbortSignal.abort())).rejects.toThrow()
    expect(await bench.listed(order.server)).toEqual([])
  },

  'can be aborted under way, and destroy takes away what it has made': async (bench) => {
    const order = await bench.order()
    const controller = new AbortController()
    const spawned = bench.host.spawn(order, controller.signal).then(
      () => true,
      () => false,
    )
    controller.abort()
    if (await spawned) expect(await bench.host.power.state(order)).toBe('running')
    await bench.host.destroy(order, {})
    expect(await bench.listed(order.server)).toEqual([])
  },
} satisfies Cases
