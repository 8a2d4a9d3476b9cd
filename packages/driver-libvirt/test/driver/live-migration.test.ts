import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  bytes,
  id,
  mib,
  systemClock,
  systemIds,
  volatileHostMemory,
  type HostMemory,
  type HypervisorHost,
  type ImageId,
  type LocalImage,
  type ServerId,
  type SpawnOrder,
} from '@novakit/core'
import { sampleSpawnOrder, testEnvironment } from '@novakit/core/testing'
import { tinyGuestDisk } from '../../../../tools/guests/tiny-guest.ts'
import { missingPrograms } from '../../../../tools/programs.ts'
import { libvirtDriver } from '../../src/index.ts'
import { libvirt } from '../../src/rpc/index.ts'
import { missingLibvirtd } from '../rpc/support/libvirtd.ts'
import { openStage, pluggedNic, type Stage } from './support/stage.ts'

const missing = missingLibvirtd ?? (await missingPrograms('guests disk'))
const PATIENCE = 300_000
const soon = { timeout: PATIENCE, interval: 250 }

describe.skipIf(missing !== null)('a guest that counts while it moves', { timeout: PATIENCE }, () => {
  let stages: readonly [Stage, Stage]
  let image: LocalImage
  let opened: HypervisorHost[] = []

  beforeAll(async () => {
    stages = await Promise.all([openStage({ drivers: 'all' }), openStage({ drivers: 'all' })])
    const path = await tinyGuestDisk(['guest.stay', 'guest.count'])
    image = { image: id<ImageId>(systemIds.uuid()), path, format: 'raw' }
  }, PATIENCE)
  afterEach(async () => {
    for (const host of opened) await host.close()
    opened = []
  }, 60_000)
  afterAll(async () => {
    for (const stage of stages ?? []) await stage.close()
  }, 60_000)

  async function open(which: 0 | 1, bandwidth?: number, memory?: HostMemory): Promise<HypervisorHost> {
    const { daemon, guests } = stages[which]
    const slow = bandwidth === undefined ? {} : { bandwidth }
    const host = await libvirtDriver({
      uri: daemon.qemuUri,
      folder: guests('g'),
      virtType: 'qemu',
      migration: { uri: daemon.qemuUri, address: '127.0.0.1', tls: false, ...slow },
    }).open(testEnvironment({ host: `host-${which}`, clock: systemClock, ...(memory === undefined ? {} : { memory }) }))
    opened.push(host)
    return host
  }

  const said = async (host: HypervisorHost, guest: SpawnOrder): Promise<string> =>
    Buffer.from(await host.console!.output!(guest, bytes(1_000_000))).toString('latin1')
  const counted = async (host: HypervisorHost, guest: SpawnOrder): Promise<number> =>
    Number([...(await said(host, guest)).matchAll(/GUEST count (\d+)\r/g)].at(-1)?.[1] ?? 0)

  async function counting(host: HypervisorHost): Promise<SpawnOrder> {
    const sample = sampleSpawnOrder({ server: id<ServerId>(systemIds.uuid()) })
    const order = {
      ...sample,
      flavor: { ...sample.flavor, memory: mib(128) },
      // As large as the image, as all of it is copied.
      disks: sample.disks.map((disk) => ({ ...disk, size: null, backing: image })),
      nics: [pluggedNic(sample)],
      configDrive: { bytes: Buffer.alloc(64 * 1024), format: 'iso9660' as const },
    }
    await host.spawn(order)
    await expect.poll(() => counted(host, order), soon).toBeGreaterThan(2)
    return order
  }

  async function begin(from: HypervisorHost, to: HypervisorHost, order: SpawnOrder): Promise<SpawnOrder> {
    const arriving = { ...order, epoch: order.epoch + 1 }
    const checked = await from.liveMigration!.checkSource(order, await to.liveMigration!.checkDestination(arriving))
    await from.liveMigration!.start(order, await to.liveMigration!.prepareDestination(arriving, checked))
    return arriving
  }

  test('goes on where it was, with its disk, and nothing of the old host in what is on record', async () => {
    const [here, there] = [await open(0), await open(1)]
    const order = await counting(here)
    const before = await counted(here, order)
    const arriving = await begin(here, there, order)
    await expect.poll(async () => (await here.liveMigration!.progress(order)).state, soon).toBe('completed')
    await here.liveMigration!.finishSource(order)
    await there.liveMigration!.finishDestination(arriving)
    await expect.poll(() => counted(there, arriving), soon).toBeGreaterThan(before)
    expect(await said(there, arriving)).not.toContain('GUEST up')
    expect(await here.list()).toEqual([])
    expect(await stages[0].leftovers(stages[0].guests('g'))).toEqual([])
    await using client = await libvirt({ uri: stages[1].daemon.qemuUri }).connect()
    for (const flags of [0, 2])
      expect(await client.domainGetXmlDesc({ dom: { uuid: order.server }, flags })).not.toContain(
        stages[0].daemon.folder,
      )
    await there.power.off(arriving, null)
    await there.power.on(arriving)
    await expect.poll(() => said(there, arriving), soon).toContain('GUEST up')
    await there.destroy(arriving, {})
    expect(await stages[1].leftovers(stages[1].guests('g'))).toEqual([])
  })

  test('tells how far it is, can be called back, and can be hurried', async () => {
    const memory = volatileHostMemory()
    const [here, there] = [await open(0, 8, memory), await open(1)]
    const order = await counting(here)
    const facet = here.liveMigration!
    const total = async () => {
      const { memoryTotal, diskTotal } = await facet.progress(order)
      return memoryTotal + diskTotal
    }
    const arriving = await begin(here, there, order)
    await expect.poll(total, soon).toBeGreaterThan(0)
    // An agent that starts anew finds it under way.
    const anew = await open(0, 8, memory)
    expect((await anew.liveMigration!.progress(order)).state).toBe('running')
    await facet.abort(order)
    await expect.poll(async () => (await facet.progress(order)).state, soon).toBe('cancelled')
    expect((await anew.liveMigration!.progress(order)).state).toBe('failed')
    await there.liveMigration!.rollbackDestination(arriving)
    expect(await stages[1].leftovers(stages[1].guests('g'))).toEqual([])
    const before = await counted(here, order)
    await expect.poll(() => counted(here, order), soon).toBeGreaterThan(before)

    const again = await begin(here, there, order)
    await expect.poll(total, soon).toBeGreaterThan(0)
    await facet.forceComplete(order)
    await expect.poll(async () => (await facet.progress(order)).state, soon).toBe('completed')
    await facet.finishSource(order)
    await there.liveMigration!.finishDestination(again)
    expect(await there.list()).toMatchObject([{ epoch: again.epoch, power: 'running' }])
    await there.destroy(again, {})
    for (const stage of stages) expect(await stage.leftovers(stage.guests('g'))).toEqual([])
  })
})
