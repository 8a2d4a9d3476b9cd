import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cloud, ServerId, Verbs } from '@novakit/core'
import { gib, seconds } from '@novakit/core'
import { libvirtDriver } from '@novakit/driver-libvirt'
import { localServices, type LocalServices } from '@novakit/local-services'
import { createCloud } from 'novakit'
import { missingPrograms } from '../../../../tools/programs.ts'
import { tinyGuestDisk } from '../../../../tools/guests/tiny-guest.ts'

const root = path.join(import.meta.dirname, '../../../..')
const run = promisify(execFile)
const missing = await missingPrograms('guests disk')
const needsRoot = process.getuid?.() === 0 ? null : 'a private libvirtd needs root'
/** Emulated on a machine that has other things to do, a boot takes up to minutes. */
const PATIENCE = 300_000
const soon = { timeout: PATIENCE, interval: 500 }

describe.skipIf((missing ?? needsRoot) !== null && process.env['CI'] !== 'true')('a real guest', () => {
  const script = path.join(root, 'tools/servers/libvirtd')
  let folder: string
  let uri: string
  let services: LocalServices
  let cloud: Cloud
  let tenant: Verbs

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'nk-rv-'))
    // QEMU runs as a user of its own, and has to pass through.
    await chmod(folder, 0o711)
    const env = { ...process.env, NOVAKIT_LIBVIRTD_CACHE: path.join(os.tmpdir(), 'novakit-libvirt-cache') }
    uri = (await run(script, ['start', path.join(folder, 'd')], { env })).stdout.trim().split(' ')[1] ?? ''
    services = await localServices({ dir: path.join(folder, 'services') })
    cloud = await createCloud({
      hosts: { h1: libvirtDriver({ uri, virtType: 'qemu', folder: path.join(folder, 'guests') }) },
      images: services.images,
      volumes: services.volumes,
      timing: { commandEvery: seconds(30) },
    })
    await cloud.start()
    tenant = cloud.as({ project: 'demo', user: 'tenant', roles: ['admin'] })
  }, PATIENCE)
  afterAll(async () => {
    await cloud?.stop()
    await services?.close()
    await run(script, ['stop', path.join(folder, 'd')])
    await rm(folder, { recursive: true, force: true })
  }, PATIENCE)

  /** What libvirt says of the guest now, and of how it will start. */
  const disksOf = async (server: string, ...flags: readonly string[]): Promise<string> =>
    (await run('virsh', ['-c', uri, 'dumpxml', ...flags, server])).stdout
  const statuses = async (server: string): Promise<readonly string[]> =>
    (await tenant.servers.volumeAttachments(server)).map(({ status }) => status)

  test('gets a volume of the local services while it runs, keeps it through a hard reboot, and lets go of it', async () => {
    const file = await tinyGuestDisk(['guest.stay'])
    const { id: image } = await services.images.importFile(tenant.context, { name: 'tiny', format: 'raw' }, file)
    await tenant.flavors.create({ name: 'guest', vcpus: 1, memory: 128, disk: 0 })
    const [server] = await tenant.servers.create({ name: 'web', flavor: 'guest', image })
    const id = server?.id ?? ('' as ServerId)
    await tenant.servers.until(id, 'active', { timeout: PATIENCE })
    const ready = async (): Promise<number> => (await tenant.servers.consoleOutput(id)).split('GUEST ready').length - 1
    await expect.poll(ready, soon).toBe(1)

    const make = (name: string) => services.volumes.create(tenant.context, { size: gib(1), name, type: null }, name)
    const [kept, doomed] = [await make('kept'), await make('doomed')]
    await tenant.servers.attachVolume(id, { volume: kept.id })
    await tenant.servers.attachVolume(id, { volume: doomed.id, deleteOnTermination: true })
    await expect.poll(() => statuses(id), soon).toEqual(['attached', 'attached'])
    const [attached] = await tenant.servers.volumeAttachments(id)
    expect(attached?.device).toMatch(/^\/dev\/vd[a-z]$/)
    for (const side of [[], ['--inactive']]) {
      const xml = await disksOf(id, ...side)
      expect(xml).toContain(`<serial>${kept.id}</serial>`)
      expect(xml).toContain(`<serial>${doomed.id}</serial>`)
    }
    expect(await services.volumes.get(tenant.context, kept.id)).toMatchObject({ status: 'in-use' })

    await tenant.servers.reboot(id, { type: 'hard' })
    await tenant.servers.until(id, 'active', { timeout: PATIENCE })
    await expect.poll(ready, soon).toBeGreaterThan(0)
    expect(await disksOf(id)).toContain(`<serial>${kept.id}</serial>`)
    expect(await tenant.servers.volumeAttachments(id)).toMatchObject([{ device: attached?.device }, {}])

    await tenant.servers.detachVolume(id, kept.id)
    await expect.poll(() => statuses(id), soon).toEqual(['attached'])
    for (const side of [[], ['--inactive']]) expect(await disksOf(id, ...side)).not.toContain(kept.id)
    expect(await services.volumes.get(tenant.context, kept.id)).toMatchObject({ status: 'available' })

    await tenant.servers.delete(id)
    await tenant.servers.until(id, 'deleted', { timeout: PATIENCE })
    expect((await services.volumes.volumes(tenant.context)).map((volume) => volume.id)).toEqual([kept.id])
    expect(await services.volumes.list()).toEqual([])
    expect((await run('virsh', ['-q', '-c', uri, 'list', '--all', '--name'])).stdout.trim()).toBe('')
  }, 900_000)
})
