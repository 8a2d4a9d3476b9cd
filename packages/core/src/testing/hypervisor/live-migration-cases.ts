import { expect } from 'vitest'
import type { Bench, Peer } from './bench.ts'
import type { Cases } from './cases.ts'
import type { LiveMigrationFacet, SpawnOrder } from '../../ports/hypervisor.ts'
import { facetOf } from './bench.ts'

const needs = { facet: 'liveMigration', peer: true } as const

export const liveMigrationCases = {
  'tells of no migration before one begins': { needs: { facet: 'liveMigration' }, run: idle },
  'moves a running guest to another host': { needs, run: moves },
  'rolls back where a migration was prepared and never began': { needs, run: rollsBack },
  'ends a migration that is aborted in one place or the other, never in both': { needs, run: aborts },
} satisfies Cases

interface Moving {
  readonly order: SpawnOrder
  readonly to: SpawnOrder
  readonly source: LiveMigrationFacet
  readonly destination: LiveMigrationFacet
  readonly data: Readonly<Record<string, unknown>>
  readonly peer: Peer
}

async function idle(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  expect(await facetOf(bench.host, 'liveMigration').progress(order)).toMatchObject({ state: 'none' })
}

/** All that comes before the start. What travels between hosts survives JSON. */
async function prepared(bench: Bench): Promise<Moving> {
  const peer = await bench.peer()
  const order = await bench.spawned()
  const to = await peer.moved(order)
  const source = facetOf(bench.host, 'liveMigration')
  const destination = facetOf(peer.host, 'liveMigration')
  const asSent = <T>(data: T): T => JSON.parse(JSON.stringify(data)) as T
  const checked = await source.checkSource(order, asSent(await destination.checkDestination(to)))
  const data = asSent(await destination.prepareDestination(to, asSent(checked)))
  expect(asSent(await destination.prepareDestination(to, asSent(checked)))).toEqual(data)
  return { order, to, source, destination, data, peer }
}

async function moves(bench: Bench): Promise<void> {
  const moving = await prepared(bench)
  const { order, source } = moving
  await source.start(order, moving.data)
  await source.start(order, moving.data)
  await bench.until('the migration to complete', async () => (await source.progress(order)).state === 'completed')
  expect(await source.progress(order)).toMatchObject({ memoryRemaining: 0, diskRemaining: 0 })
  await settle(bench, moving)
}

/** Finishes both sides after the switch-over, each asked twice. */
async function settle(bench: Bench, { order, to, source, destination, peer }: Moving): Promise<void> {
  await source.finishSource(order)
  await source.finishSource(order)
  await destination.finishDestination(to)
  await destination.finishDestination(to)
  expect(await bench.listed(order.server)).toEqual([])
  expect(await bench.listed(order.server, peer.host)).toMatchObject([{ epoch: to.epoch, power: 'running' }])
}

async function rollsBack(bench: Bench): Promise<void> {
  const { order, to, destination, peer } = await prepared(bench)
  await destination.rollbackDestination(to)
  await destination.rollbackDestination(to)
  expect(await bench.listed(order.server, peer.host)).toEqual([])
  expect(await bench.host.power.state(order)).toBe('running')
}

async function aborts(bench: Bench): Promise<void> {
  const moving = await prepared(bench)
  const { order, to, source, destination, data, peer } = moving
  await source.start(order, data)
  await source.abort(order)
  await bench.until('the migration to end', async () => (await source.progress(order)).state !== 'running')
  // It may have been through before the abort came.
  if ((await source.progress(order)).state === 'completed') return settle(bench, moving)
  await destination.rollbackDestination(to)
  expect(await bench.listed(order.server, peer.host)).toEqual([])
  expect(await bench.host.power.state(order)).toBe('running')
}
