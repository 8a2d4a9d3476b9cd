import { execFile } from 'node:child_process'
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  bytes,
  gib,
  hasCode,
  id,
  isNovakitError,
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
import { libvirtDriver } from '../../src/index.ts'
import { libvirt, type LibvirtClient } from '../../src/rpc/index.ts'
import { describeLibvirtd } from '../rpc/support/libvirtd.ts'
import { testDomainXml } from '../rpc/support/test-domains.ts'
import { openStage, type Stage } from './support/stage.ts'

const run = promisify(execFile)

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it did not fail',
    (error: unknown) => (isNovakitError(error) ? error.code : String(error)),
  )

describe('the options of the libvirt driver', () => {
  test.each([
    [{ uri: '' }, 'uri'],
    [{ uri: 'test:///default', folder: 'guests' }, 'folder'],
    [{ uri: 'test:///default', folder: '/srv/../etc' }, 'folder'],
    [{ uri: 'test:///default', folder: `/${'x'.repeat(60)}` }, 'folder'],
    [{ uri: 'test:///default', traits: ['custom_one'] }, 'traits'],
    [{ uri: 'test:///default', migration: { uri: 'qemu+tcp://other/system' } }, 'plain TCP'],
    [{ uri: 'test:///default', virtualType: 'kvm' }, 'virtualType'],
  ])('%j are refused by the name of what is wrong', (options, word) => {
    expect(() => libvirtDriver(options as never)).toThrow(word)
  })
})

describeLibvirtd('a host of libvirt’s test driver', () => {
  let stage: Stage
  let host: HypervisorHost
  let client: LibvirtClient
  const folder = (): string => stage.guests('rules')

  beforeAll(async () => {
    stage = await openStage({ drivers: 'none' })
    client = await libvirt({ uri: stage.daemon.testUri }).connect()
  }, 60_000)
  afterAll(async () => {
    await client?.close()
    await stage?.close()
  })
  beforeEach(async () => {
    const environment = testEnvironment({ host: 'rules', clock: systemClock })
    host = await libvirtDriver({ uri: stage.daemon.testUri, folder: folder() }).open(environment)
  })
  afterEach(async () => {
    for (const guest of await host.list()) await host.destroy(guest, {})
    await host.close()
    expect(await stage.leftovers(folder())).toEqual([])
  })

  const order = (change: Partial<SpawnOrder> = {}): SpawnOrder =>
    sampleSpawnOrder({ server: id<ServerId>(systemIds.uuid()), ...change })
  const onImage = (image: LocalImage, size: number | null = 1): Partial<SpawnOrder> => {
    const [disk] = sampleSpawnOrder({ server: id<ServerId>(systemIds.uuid()) }).disks
    return {
      disks: [{ ...(disk ?? expect.fail('it has one')), backing: image, size: size === null ? null : gib(size) }],
    }
  }
  const imageFile = (name: string): string => path.join(stage.daemon.folder, name)
  const imageAt = (file: string, format: LocalImage['format']): LocalImage => ({
    image: id<ImageId>(systemIds.uuid()),
    path: file,
    format,
  })

  test('refuses commands of an older epoch, whatever they are', async () => {
    const ours = order({ epoch: 5 })
    await host.spawn(ours)
    const old = { ...ours, epoch: 4 }
    const calls = [
      host.spawn(old),
      host.destroy(old, {}),
      host.power.off(old, null),
      host.pause?.pause(old),
      host.reboot?.hard(old),
      host.snapshot?.capture(old, 'key', 'raw'),
    ]
    for (const call of calls)
      expect(await codeOf(call ?? expect.fail('there is such a facet'))).toBe('host.stale_epoch')
    expect(await codeOf(host.spawn({ ...ours, epoch: 6 }))).toBe('libvirt_driver.older_guest')
    expect(await host.list()).toMatchObject([{ server: ours.server, epoch: 5, power: 'running' }])
  })

  test('leaves alone what is not ours, and does not list it', async () => {
    const { server, ...rest } = order()
    const xml = testDomainXml('somebody').replace('<memory>', `<uuid>${server}</uuid><memory>`)
    const dom = await client.domainDefineXmlFlags({ xml })
    expect(await codeOf(host.spawn({ ...rest, server }))).toBe('libvirt_driver.foreign_domain')
    await host.destroy({ ...rest, server }, {})
    expect(await codeOf(host.power.on({ ...rest, server }))).toBe('libvirt_driver.guest_not_found')
    expect(await host.list()).toEqual([])
    expect((await client.domainGetState({ dom })).state).toBe(5)
    await client.domainUndefine({ dom })
  })

  test.each(['../../etc', 'a/b', '', '11111111-2222-4333-8444-55555555555Z'])(
    'takes %j for no name of a guest',
    async (server) => {
      expect(await codeOf(host.destroy(order({ server: id<ServerId>(server) }), {}))).not.toBe('it did not fail')
    },
  )

  test('gives a guest of a later epoch a new disk, and kept disks to whom they were kept for', async () => {
    const ours = order()
    const disk = path.join(folder(), ours.server, 'disk')
    await host.spawn(ours)
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 0 4096', disk])
    await host.destroy(ours, { keepDisks: true })
    await host.spawn({ ...ours, epoch: 2 })
    expect((await run('qemu-io', ['-f', 'qcow2', '-c', 'read -P 7 0 4096', disk])).stdout).not.toContain('failed')
    // As an agent leaves it that died after the definition went away.
    await client.domainDestroy({ dom: { uuid: ours.server } })
    await client.domainUndefine({ dom: { uuid: ours.server } })
    await host.spawn({ ...ours, epoch: 3 })
    expect((await run('qemu-io', ['-f', 'qcow2', '-c', 'read -P 0 0 4096', disk])).stdout).not.toContain('failed')
  })

  test('keeps its files from others', async () => {
    const ours = order({ configDrive: { bytes: Buffer.from('drive'), format: 'iso9660' } })
    await host.spawn(ours)
    const modes = await Promise.all(
      ['', 'disk.config', '../snapshots'].map(
        async (name) => (await stat(path.join(folder(), ours.server, name))).mode,
      ),
    )
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['711', '600', '700'])
    expect(await readFile(path.join(folder(), ours.server, 'disk.config'), 'utf8')).toBe('drive')
  })

  test('makes a disk on an image, in the size of the order, and both stay apart', async () => {
    const image = await stage.image()
    const ours = order(onImage(image))
    await host.spawn(ours)
    const disk = path.join(folder(), ours.server, 'disk')
    const info = JSON.parse((await run('qemu-img', ['info', '--output=json', '-f', 'qcow2', disk])).stdout)
    expect(info).toMatchObject({ 'virtual-size': 2 ** 30, 'backing-filename-format': 'raw' })
    const { path: file } = await host.snapshot!.capture(ours, 'key', 'qcow2')
    expect((await run('qemu-io', ['-f', 'qcow2', '-c', 'read -v 0 10', file])).stdout).toContain('imageimage')
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  test('leaves no base behind that nothing stands on, and none away that something does', async () => {
    const [used, unused] = [await stage.image(), await stage.image()]
    await host.spawn(order(onImage(used)))
    await host.imageCache!.prefetch(unused)
    await host.imageCache!.trim([])
    expect(await readdir(path.join(folder(), 'bases'))).toEqual([`${used.image}.raw`])
    await host.destroy((await host.list())[0] ?? expect.fail('it is there'), {})
    await host.imageCache!.trim([])
    expect(await readdir(path.join(folder(), 'bases'))).toEqual([])
  })

  test('shows a console without following a link that stands in its place', async () => {
    const ours = order()
    await host.spawn(ours)
    const log = path.join(folder(), ours.server, 'console.log')
    expect(await host.console!.output!(ours, bytes(100))).toHaveLength(0)
    await writeFile(log, 'first last')
    expect(Buffer.from(await host.console!.output!(ours, bytes(4))).toString()).toBe('last')
    await writeFile(imageFile('canary'), 'secret of the host')
    await run('rm', [log])
    await symlink(imageFile('canary'), log)
    expect(await codeOf(host.console!.output!(ours, bytes(100)))).toContain('ELOOP')
  })

  describe('refuses an image', () => {
    beforeAll(async () => {
      await writeFile(imageFile('canary.raw'), Buffer.alloc(1024 * 1024, 'canary'))
      const make = (...words: string[]) => run('qemu-img', ['create', '-q', ...words], { cwd: stage.daemon.folder })
      await make('-f', 'qcow2', '-b', imageFile('canary.raw'), '-F', 'raw', imageFile('backed.qcow2'))
      await make(
        '-f',
        'qcow2',
        '-o',
        `data_file=${imageFile('data.raw')},data_file_raw=on`,
        imageFile('data.qcow2'),
        '1M',
      )
      const json = `json:{"driver":"raw","file":{"driver":"file","filename":"${imageFile('canary.raw')}"}}`
      await make('-f', 'qcow2', '-b', json, '-F', 'raw', imageFile('json.qcow2'))
      await make('-f', 'qcow2', imageFile('huge.qcow2'), '1P')
    })

    test.each([
      ['that stands on another file', 'backed.qcow2', 'libvirt_driver.image_refused'],
      ['whose data is in another file', 'data.qcow2', 'libvirt_driver.image_refused'],
      ['that names another file in JSON', 'json.qcow2', 'libvirt_driver.image_refused'],
      ['that is larger than the disk', 'huge.qcow2', 'libvirt_driver.disk_too_small'],
    ])('%s', async (_, name, code) => {
      const ours = order(onImage(imageAt(imageFile(name), 'qcow2')))
      expect(await codeOf(host.spawn(ours))).toBe(code)
      await host.destroy(ours, {})
    })

    test('that is not of the format that it is said to be', async () => {
      const ours = order(onImage(imageAt(imageFile('canary.raw'), 'qcow2')))
      expect(await codeOf(host.spawn(ours))).toBe('libvirt_driver.image_tool')
      const other = order(onImage(imageAt(imageFile('canary.raw'), 'vmdk')))
      expect(await codeOf(host.spawn(other))).toBe('libvirt_driver.unsupported')
      const none = order(onImage({ ...imageAt('', 'raw'), path: null }))
      expect(await codeOf(host.spawn(none))).toBe('libvirt_driver.image_refused')
      for (const one of [ours, other, none]) await host.destroy(one, {})
    })

    test('never by what is in it: a raw one with the header of another format is its bytes and no more', async () => {
      const ours = order(onImage(imageAt(imageFile('backed.qcow2'), 'raw'), null))
      await host.spawn(ours)
      const { path: file } = await host.snapshot!.capture(ours, 'key', 'raw')
      const [copy, original] = await Promise.all([readFile(file), readFile(imageFile('backed.qcow2'))])
      expect(copy.subarray(0, original.length).equals(original)).toBe(true)
      expect(copy.includes('canarycanary')).toBe(false)
    })
  })

  test('starts an installation medium as a drive that boots, with an empty disk behind it', async () => {
    await writeFile(imageFile('medium.iso'), Buffer.alloc(64 * 1024))
    const ours = order(onImage(imageAt(imageFile('medium.iso'), 'iso')))
    await host.spawn(ours)
    const xml = await client.domainGetXmlDesc({ dom: { uuid: ours.server } })
    expect(xml).toMatch(/device='cdrom'>[^]*<boot order='1'\/>[^]*device='disk'>[^]*<boot order='2'\/>/)
  })

  test('refuses to shrink a disk', async () => {
    const ours = order({ flavor: { ...order().flavor, disk: gib(2) } })
    await host.spawn(ours)
    expect(await codeOf(host.resize!.check(ours, { ...ours.flavor, disk: gib(1) }))).toBe(
      'libvirt_driver.cannot_shrink',
    )
    const elsewhere = host.resize!.arrive({ ...ours, epoch: 2 }, { folder: '/etc', files: [] })
    expect(await codeOf(elsewhere)).not.toBe('it did not fail')
  })

  test('resizes within one host, and back', async () => {
    const ours = order()
    await host.spawn(ours)
    const { disks } = await host.resize!.leave(ours, id('rules'))
    const grown = { ...ours, epoch: 2, disks: ours.disks.map((disk) => ({ ...disk, size: gib(2) })) }
    await host.resize!.arrive(grown, disks)
    expect(await host.list()).toMatchObject([{ epoch: 2, power: 'running' }])
    await host.resize!.abandon(grown)
    await host.resize!.revert({ ...ours, epoch: 3 })
    expect(await host.list()).toMatchObject([{ epoch: 3, power: 'running' }])
    const again = await host.resize!.leave({ ...ours, epoch: 3 }, id('rules'))
    await host.resize!.arrive({ ...grown, epoch: 4 }, again.disks)
    await host.resize!.confirm({ ...ours, epoch: 3 })
    expect(await host.list()).toMatchObject([{ epoch: 4, power: 'running' }])
    expect(await codeOf(host.resize!.revert({ ...ours, epoch: 5 }))).toBe('libvirt_driver.not_left')
  })

  test('leaves with its own disks, whatever an earlier move has left behind', async () => {
    const ours = order()
    await host.spawn(ours)
    const { disks } = await host.resize!.leave(ours, id('rules'))
    const moved = { ...ours, epoch: 2 }
    await host.resize!.arrive(moved, disks)
    await host.resize!.leave(moved, id('rules'))
    const mark = await readFile(path.join(folder(), `${ours.server}.left`, 'made-for'), 'utf8')
    expect(JSON.parse(mark)).toMatchObject({ epoch: 2 })
  })

  test('tells of no stop where a guest only starts again', async () => {
    const heard: GuestEvent['kind'][] = []
    host.events(({ kind }) => heard.push(kind))
    const ours = order()
    await host.spawn(ours)
    await host.reboot!.hard(ours)
    await host.power.off(ours, null)
    await expect.poll(() => heard).toContain('stopped')
    expect(heard.filter((kind) => kind === 'stopped')).toHaveLength(1)
  })

  test('cannot be opened where no daemon is', async () => {
    const nowhere = libvirtDriver({ uri: 'test+unix:///default?socket=/nowhere', folder: folder() })
    const error = await nowhere.open(testEnvironment()).catch((thrown: unknown) => thrown)
    expect(hasCode(error, 'libvirt.unreachable')).toBe(true)
  })
})
