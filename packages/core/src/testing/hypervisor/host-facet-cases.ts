import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import type { Cases } from './cases.ts'
import { facetOf, refusal } from './bench.ts'

export const hostFacetCases = {
  'reads diagnostics that agree with the order': { needs: { facet: 'diagnostics' }, run: readsDiagnostics },
  'refuses diagnostics of a guest that never was': { needs: { facet: 'diagnostics' }, run: refusesDiagnostics },
  'sets a password in a running guest': { needs: { facet: 'password' }, run: setsPassword },
  'triggers a crash dump': { needs: { facet: 'crashDump' }, run: dumps },
  'freezes and thaws, however often': { needs: { facet: 'quiesce' }, run: freezes },
  'prefetches an image and trims the cache': { needs: { facet: 'imageCache' }, run: caches },
  'says whether the disks of a guest elsewhere can be reached': { needs: { facet: 'evacuation' }, run: reaches },
  'tells how long the host is up': { needs: { facet: 'hostPower' }, run: tellsUptime },
} satisfies Cases

async function readsDiagnostics(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const read = await facetOf(bench.host, 'diagnostics').read(order)
  expect(read).toMatchObject({ power: 'running', cpus: order.flavor.vcpus, memory: { maximum: order.flavor.memory } })
}

async function refusesDiagnostics(bench: Bench): Promise<void> {
  await refusal(facetOf(bench.host, 'diagnostics').read(await bench.order()))
}

async function setsPassword(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  await facetOf(bench.host, 'password').set(order, 'correct horse')
  await facetOf(bench.host, 'password').set(order, 'correct horse')
  expect(await bench.host.power.state(order)).toBe('running')
}

async function dumps(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  await facetOf(bench.host, 'crashDump').trigger(order)
  expect(await bench.listed(order.server)).toHaveLength(1)
}

async function freezes(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'quiesce')
  for (const call of [facet.freeze, facet.freeze, facet.thaw, facet.thaw]) await call(order)
  expect(await bench.host.power.state(order)).toBe('running')
}

async function caches(bench: Bench): Promise<void> {
  const facet = facetOf(bench.host, 'imageCache')
  const image = await bench.devices.image()
  await facet.prefetch(image)
  await facet.prefetch(image)
  await facet.trim([image.image])
  await facet.trim([])
}

async function reaches(bench: Bench): Promise<void> {
  const answer = await facetOf(bench.host, 'evacuation').disksReachable(await bench.order())
  expect(typeof answer).toBe('boolean')
}

async function tellsUptime(bench: Bench): Promise<void> {
  expect(await facetOf(bench.host, 'hostPower').uptime()).toBeGreaterThanOrEqual(0)
}
