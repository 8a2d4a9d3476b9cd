import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bytes,
  id,
  mib,
  seconds,
  systemClock,
  systemIds,
  type GuestEvent,
  type HypervisorHost,
  type ImageId,
  type LocalImage,
  type ServerId,
  type SpawnOrder,
} from '@novakit/core'
import { sampleSpawnOrder, testEnvironment } from '@novakit/core/testing'
import { firstBoot, firstBootInput } from '@novakit/metadata'
import { readReport } from '../../../../tools/guests/guest-report.ts'
import { tinyGuestDisk } from '../../../../tools/guests/tiny-guest.ts'
import { missingPrograms } from '../../../../tools/programs.ts'
import { libvirtDriver } from '../../src/index.ts'
import { missingLibvirtd } from '../rpc/support/libvirtd.ts'
import { openStage, pluggedNic, type Stage } from './support/stage.ts'

const missing = missingLibvirtd ?? (await missingPrograms('guests disk'))
/** Emulated on a machine that has other things to do, a boot takes up to minutes. */
const PATIENCE = 300_000

describe.skipIf(missing !== null)('a guest that boots from a disk and counts', { timeout: PATIENCE }, () => {
  const server = id<ServerId>(systemIds.uuid())
  const heard: GuestEvent['kind'][] = []
  let stage: Stage
  let host: HypervisorHost
  let order: SpawnOrder

  const onImage = (image: LocalImage, change: Partial<SpawnOrder> & { readonly server: ServerId }): SpawnOrder => {
    const sample = sampleSpawnOrder(change)
    return {
      ...sample,
      flavor: { ...sample.flavor, memory: mib(128) },
      disks: sample.disks.map((disk) => ({ ...disk, backing: image })),
    }
  }
  const said = async (guest = order): Promise<string> =>
    Buffer.from(await host.console!.output!(guest, bytes(1_000_000))).toString('latin1')
  const times = async (word: string): Promise<number> => (await said()).split(word).length - 1
  const counted = async (): Promise<number> =>
    Number([...(await said()).matchAll(/GUEST count (\d+)\r/g)].at(-1)?.[1] ?? 0)
  const soon = { timeout: PATIENCE, interval: 250 }

  beforeAll(async () => {
    stage = await openStage({ drivers: 'all' })
    host = await libvirtDriver({ uri: stage.daemon.qemuUri, folder: stage.guests('g'), virtType: 'qemu' }).open(
      testEnvironment({ host: 'real', clock: systemClock }),
    )
    host.events((event) => (event.server === server ? heard.push(event.kind) : undefined))
    const disk = await tinyGuestDisk(['guest.stay', 'guest.count'])
    const image: LocalImage = { image: id<ImageId>(systemIds.uuid()), path: disk, format: 'raw' }
    const drive = await firstBoot().configDrive(firstBootInput({ server, name: 'counter' }), 'iso9660')
    order = onImage(image, { server, nics: [pluggedNic({ server })], configDrive: { bytes: drive, format: 'iso9660' } })
  }, PATIENCE)
  afterAll(async () => {
    await host?.close()
    await stage?.close()
  })

  test('reads the drive that the order brought', async () => {
    await host.spawn(order)
    await expect.poll(() => said(), soon).toContain('GUEST ready')
    const { labelled, drives, nics } = readReport(await said())
    expect(labelled).toBe('/dev/sr0')
    const metadata = drives[0]?.files.get('openstack/latest/meta_data.json')?.content?.toString() ?? '{}'
    expect(JSON.parse(metadata)).toMatchObject({ uuid: server, name: 'counter' })
    expect(nics.map(({ mac }) => mac)).toContain(order.nics[0]?.mac)
  })

  test('stands still while it is paused', async () => {
    await expect.poll(counted, soon).toBeGreaterThan(0)
    await host.pause!.pause(order)
    const before = await counted()
    await systemClock.sleep(seconds(3))
    expect(await counted()).toBe(before)
    await host.pause!.unpause(order)
    await expect.poll(counted, soon).toBeGreaterThan(before)
  })

  test('sleeps on disk and goes on where it was', async () => {
    await host.suspend!.suspend(order)
    expect(await host.power.state(order)).toBe('suspended')
    const before = await counted()
    await host.suspend!.resume(order)
    await expect.poll(counted, soon).toBeGreaterThan(before)
    expect(await times('GUEST up')).toBe(1)
  })

  test('is copied while it counts, and the copy boots', async () => {
    const before = await counted()
    const copy = await host.snapshot!.capture(order, 'while-it-runs', 'qcow2')
    await expect.poll(counted, soon).toBeGreaterThan(before)
    const image: LocalImage = { image: id<ImageId>(systemIds.uuid()), path: copy.path, format: 'qcow2' }
    const second = onImage(image, { server: id<ServerId>(systemIds.uuid()) })
    await host.spawn(second)
    await expect.poll(() => said(second), soon).toContain('GUEST up')
    await host.destroy(second, {})
  })

  test('hears the power button, stops, and boots again', async () => {
    await host.reboot!.soft(order, seconds(120))
    expect(await times('GUEST power-button')).toBe(1)
    await expect.poll(() => times('GUEST up'), soon).toBe(2)
    expect(heard).not.toContain('stopped')
  })

  test('whose QEMU is killed is told of, and starts again', async () => {
    const pid = Number(await readFile(path.join(stage.daemon.folder, `run/qemu/instance-${server}.pid`), 'utf8'))
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => heard, soon).toContain('stopped')
    expect(await host.list()).toMatchObject([{ server, epoch: 1, power: 'shutdown' }])
    await host.power.on(order)
    expect(await host.power.state(order)).toBe('running')
    await host.destroy(order, {})
    expect(await stage.leftovers(stage.guests('g'))).toEqual([])
  })
})
