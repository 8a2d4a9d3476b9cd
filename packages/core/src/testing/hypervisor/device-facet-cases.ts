import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import type { Cases } from './cases.ts'
import { bytes, gib } from '../../domain/unit/units.ts'
import { facetOf, refusal } from './bench.ts'

export const deviceFacetCases = {
  'attaches a volume once and detaches it, however often': { needs: { facet: 'volumes' }, run: attachesVolume },
  'gives two volumes two device names': { needs: { facet: 'volumes' }, run: namesVolumes },
  'extends and swaps an attached volume where it can': { needs: { facet: 'volumes' }, run: changesVolume },
  'attaches and detaches a network interface, however often': {
    needs: { facet: 'interfaces' },
    run: attachesInterface,
  },
  'refuses to attach an interface to a guest that never was': { needs: { facet: 'interfaces' }, run: refusesInterface },
  'captures a root disk once per key and discards it': { needs: { facet: 'snapshot' }, run: captures },
  'shows no more of the console than was asked for': { needs: { facet: 'console' }, run: showsConsole },
  'mounts and unmounts a share': { needs: { facet: 'shares' }, run: mountsShare },
} satisfies Cases

async function attachesVolume(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'volumes')
  const volume = await bench.devices.volume()
  const first = await facet.attach(order, volume, bench.devices.diskOf(volume))
  expect(first.deviceName).not.toBe('')
  expect(await facet.attach(order, volume, bench.devices.diskOf(volume))).toEqual(first)
  expect(await facet.has(order, volume)).toBe(true)
  await facet.detach(order, volume)
  await facet.detach(order, volume)
  expect(await facet.has(order, volume)).toBe(false)
}

async function namesVolumes(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'volumes')
  const [one, two] = [await bench.devices.volume(), await bench.devices.volume()]
  const first = await facet.attach(order, one, bench.devices.diskOf(one))
  const second = await facet.attach(order, two, bench.devices.diskOf(two))
  expect(second.deviceName).not.toBe(first.deviceName)
}

async function changesVolume(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'volumes')
  const [one, two] = [await bench.devices.volume(), await bench.devices.volume()]
  const { deviceName } = await facet.attach(order, one, bench.devices.diskOf(one))
  await facet.extend?.(order, one, gib(2))
  if (facet.swap === undefined) return
  await facet.swap(order, one, two)
  expect(await facet.attach(order, two, bench.devices.diskOf(two))).toEqual({ deviceName })
}

async function attachesInterface(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'interfaces')
  const nic = await bench.devices.nic(order)
  await facet.attach(order, nic)
  await facet.attach(order, nic)
  expect(await facet.has(order, nic)).toBe(true)
  await facet.detach(order, nic)
  await facet.detach(order, nic)
  expect(await facet.has(order, nic)).toBe(false)
  expect(await bench.host.power.state(order)).toBe('running')
}

async function refusesInterface(bench: Bench): Promise<void> {
  const order = await bench.order()
  await refusal(facetOf(bench.host, 'interfaces').attach(order, await bench.devices.nic(order)))
}

async function captures(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'snapshot')
  const first = await facet.capture(order, 'snapshot-1', 'raw')
  expect(first.path).not.toBe('')
  expect(await facet.capture(order, 'snapshot-1', 'raw')).toEqual(first)
  expect((await facet.capture(order, 'snapshot-2', 'raw')).path).not.toBe(first.path)
  for (const key of ['snapshot-1', 'snapshot-1', 'snapshot-2']) await facet.discard(order, key)
  expect(await bench.host.power.state(order)).toBe('running')
}

async function showsConsole(bench: Bench): Promise<void> {
  const order = await bench.spawned()
  const facet = facetOf(bench.host, 'console')
  const output = await facet.output?.(order, bytes(16))
  if (output !== undefined) expect(output.length).toBeLessThanOrEqual(16)
  expect(facet.output ?? facet.endpoint, 'a console facet with nothing in it').toBeDefined()
}

async function mountsShare(bench: Bench): Promise<void> {
  const order = await bench.spawned({ powerOn: false })
  const facet = facetOf(bench.host, 'shares')
  const share = bench.devices.share()
  await facet.mount(order, share)
  await facet.mount(order, share)
  await facet.unmount(order, String(share['id']))
  await facet.unmount(order, String(share['id']))
}
