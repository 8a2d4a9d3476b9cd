import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import type { Cases } from './cases.ts'
import { facetOf, refusal } from './bench.ts'
import { seconds } from '../../domain/unit/units.ts'

export const lifecycleFacetCases = {
  'pauses and goes on, however often it is asked': { needs: { facet: 'pause' }, run: pauses },
  'refuses to pause a guest that never was': { needs: { facet: 'pause' }, run: refusesPause },
  'suspends a guest to disk and resumes it': { needs: { facet: 'suspend' }, run: suspends },
  'reboots softly and has the guest running': { needs: { facet: 'reboot' }, run: rebootsSoftly },
  'reboots hard a guest that runs or is stopped, and has it running': { needs: { facet: 'reboot' }, run: rebootsHard },
  'rescues a stopped guest and leads it back': { needs: { facet: 'rescue' }, run: rescues },
  'rebuilds in place, however often it is asked': { needs: { facet: 'rebuild' }, run: rebuilds },
} satisfies Cases

async function pauses(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'pause')
  await facet.pause(order)
  await facet.pause(order)
  expect(await bench.host.power.state(order)).toBe('paused')
  await facet.unpause(order)
  await facet.unpause(order)
  expect(await bench.host.power.state(order)).toBe('running')
}

async function refusesPause(bench: Bench): Promise<void> {
  const order = await bench.order()
  await refusal(facetOf(bench.host, 'pause').pause(order))
}

/** A hypervisor may show a guest that sleeps on its disk as shut down. */
async function suspends(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'suspend')
  await facet.suspend(order)
  await facet.suspend(order)
  expect(['suspended', 'shutdown']).toContain(await bench.host.power.state(order))
  await facet.resume(order)
  await facet.resume(order)
  expect(await bench.host.power.state(order)).toBe('running')
}

async function rebootsSoftly(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  await facetOf(bench.host, 'reboot').soft(order, seconds(1))
  expect(await bench.host.power.state(order)).toBe('running')
}

async function rebootsHard(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  await facetOf(bench.host, 'reboot').hard(order)
  expect(await bench.host.power.state(order)).toBe('running')
  await bench.host.power.off(order, null)
  await facetOf(bench.host, 'reboot').hard(order)
  expect(await bench.listed(order.server)).toMatchObject([{ epoch: order.epoch, power: 'running' }])
}

async function rescues(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  await bench.host.power.off(order, null)
  const facet = facetOf(bench.host, 'rescue')
  const image = await bench.devices.image()
  await facet.rescue(order, image, { adminPassword: null })
  await facet.rescue(order, image, { adminPassword: null })
  expect(await bench.host.power.state(order)).toBe('running')
  await facet.unrescue(order)
  await facet.unrescue(order)
  expect(await bench.listed(order.server)).toMatchObject([{ power: 'running' }])
}

async function rebuilds(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'rebuild')
  await facet.rebuild(order, { preserveEphemeral: true })
  await facet.rebuild(order, { preserveEphemeral: true })
  expect(await bench.listed(order.server)).toMatchObject([{ epoch: order.epoch, power: 'running' }])
}
