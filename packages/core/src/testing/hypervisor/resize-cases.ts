import { expect } from 'vitest'
import type { Bench, Peer } from './bench.ts'
import type { Cases } from './cases.ts'
import type { ResizeFacet, SpawnOrder } from '../../ports/hypervisor.ts'
import { facetOf } from './bench.ts'
import { vcpus } from '../../domain/unit/units.ts'

const needs = { facet: 'resize', peer: true } as const

export const resizeCases = {
  'lets a flavor with the same disks pass': { needs: { facet: 'resize' }, run: passes },
  'moves a guest to another host in a new size, and confirms': { needs, run: confirms },
  'gives a resize up, and has the guest back as it was': { needs, run: reverts },
  'resizes a guest where it is, and confirms': { needs: { facet: 'resize' }, run: confirmsHere },
} satisfies Cases

async function passes(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  await facetOf(bench.host, 'resize').check(order, { ...order.flavor, vcpus: vcpus(2) })
  expect(await bench.host.power.state(order)).toBe('running')
}

interface Moving {
  readonly order: SpawnOrder
  readonly to: SpawnOrder
  readonly source: ResizeFacet
  readonly destination: ResizeFacet
  readonly peer: Peer
}

/** Leaves here and arrives there, each asked twice; what travels between them survives JSON. */
async function move(bench: Bench): Promise<Moving> {
  const peer = await bench.peer()
  const order = await bench.spawned()
  const to = await peer.moved(order, { flavor: { ...order.flavor, vcpus: vcpus(2) } })
  const source = facetOf(bench.host, 'resize')
  const destination = facetOf(peer.host, 'resize')
  const left = await source.leave(order, peer.name)
  expect(await source.leave(order, peer.name)).toEqual(left)
  expect(await bench.host.power.state(order)).toBe('shutdown')
  const disks = JSON.parse(JSON.stringify(left.disks)) as typeof left.disks
  await destination.arrive(to, disks)
  await destination.arrive(to, disks)
  expect(await bench.listed(order.server, peer.host)).toMatchObject([{ epoch: to.epoch, power: 'running' }])
  return { order, to, source, destination, peer }
}

async function confirms(bench: Bench): Promise<void> {
  const { order, source, peer } = await move(bench)
  await source.confirm(order)
  await source.confirm(order)
  expect(await bench.listed(order.server)).toEqual([])
  expect(await bench.listed(order.server, peer.host)).toMatchObject([{ power: 'running' }])
}

async function reverts(bench: Bench): Promise<void> {
  const { order, to, source, destination, peer } = await move(bench)
  await destination.abandon(to)
  await destination.abandon(to)
  expect(await bench.listed(order.server, peer.host)).toEqual([])
  const back = { ...order, epoch: to.epoch + 1 }
  await source.revert(back)
  await source.revert(back)
  expect(await bench.listed(order.server)).toMatchObject([{ epoch: back.epoch, power: 'running' }])
}

/** What is kept is that of the epoch that was left; the guest that has arrived beside it is spared. */
async function confirmsHere(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const resize = facetOf(bench.host, 'resize')
  const to: SpawnOrder = { ...order, epoch: order.epoch + 1, flavor: { ...order.flavor, vcpus: vcpus(2) } }
  const { disks } = await resize.leave(order, bench.environment.host)
  await resize.arrive(to, disks)
  await resize.confirm(order)
  await resize.confirm(order)
  expect(await bench.listed(order.server)).toMatchObject([{ epoch: to.epoch, power: 'running' }])
}
