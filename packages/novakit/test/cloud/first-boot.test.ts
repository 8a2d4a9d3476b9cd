import { createHmac } from 'node:crypto'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Cloud, CloudOptions, Nic, ServerId } from 'novakit'
import { id, metadataSource, sqlite, systemIds } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { bySourceAddress, firstBoot, metadataService, readImage, signedByProxy } from '@novakit/metadata'
import { staticImages } from '@novakit/local-services'
import { faultyStorage } from '@novakit/core/testing'
import { boot, node, operator, startCloud, tenant, tiny } from '../support/open-cloud.ts'
import { fakeNetworks, type Outages, storagePlan } from '@novakit/sim'
import { tempFolder } from '../support/temp-folder.ts'

const NETWORK = '11111111-2222-4333-8444-555555555555'
const secret = 'a secret of thirty-two bytes or more'

async function cloudWithNetworks(options: CloudOptions = {}) {
  const world = fakeWorld()
  const { control } = fakeNetworks(systemIds)
  const tagged = (nics: readonly Nic[]) => nics.map((nic) => ({ ...nic, tag: 'front' }))
  const networks = {
    ...control,
    allocate: async (...args: Parameters<typeof control.allocate>) => tagged(await control.allocate(...args)),
    list: async (server: ServerId) => tagged(await control.list(server)),
  }
  const cloud = await startCloud({ networks, hosts: { n1: fakeDriver({ ...node, world }) }, ...options })
  /** What the driver was given for the server's drive, file by file. */
  const drive = (server: ServerId): ReadonlyMap<string, string> | null => {
    const given = world.guest(server)?.order?.configDrive ?? null
    if (given === null) return null
    const { entries } = readImage(given.bytes)
    return new Map(
      entries.flatMap((entry) =>
        entry.kind === 'file' ? [[entry.path, Buffer.from(entry.content()).toString()]] : [],
      ),
    )
  }
  return { cloud, world, drive }
}

async function ask(cloud: Cloud, server: ServerId, path: string, init: RequestInit = {}, project = 'demo') {
  const service = metadataService({ source: metadataSource(cloud), identify: signedByProxy({ secret }) })
  const signature = createHmac('sha256', secret).update(server).digest('hex')
  const headers = { 'x-instance-id': server, 'x-tenant-id': project, 'x-instance-id-signature': signature }
  const response = await service(new Request(`http://169.254.169.254${path}`, { ...init, headers }))
  return { status: response.status, text: await response.text() }
}

test('a server that asks for a config drive gets one, with its keys, user data, password and networks', async () => {
  const { cloud, world, drive } = await cloudWithNetworks()
  const verbs = tenant(cloud)
  const key = await verbs.keyPairs.create({ name: 'mine' })
  const wanted = { configDrive: true, keyName: 'mine', userData: '#!/bin/sh\necho hi\n', adminPassword: 's3cret pass' }
  const server = await boot(verbs, { ...wanted, name: 'web', metadata: { role: 'db' } })
  expect(world.guest(server.id)?.order?.configDrive?.format).toBe('iso9660')
  const files = drive(server.id)!
  expect(files.get('openstack/latest/user_data')).toBe(wanted.userData)
  expect(JSON.parse(files.get('openstack/latest/meta_data.json')!)).toMatchObject({
    uuid: server.id,
    name: 'web',
    hostname: 'web.novalocal',
    meta: { role: 'db' },
    admin_pass: wanted.adminPassword,
    keys: [{ name: 'mine', type: 'ssh', data: key.publicKey }],
    project_id: 'demo',
    devices: [{ type: 'nic', mac: '52:54:00:00:00:05', tags: ['front'] }],
  })
  expect(JSON.parse(files.get('openstack/latest/network_data.json')!)).toMatchObject({
    links: [{ id: 'tap0', type: 'bridge', mtu: 1500, ethernet_mac_address: '52:54:00:00:00:05' }],
    networks: [{ type: 'ipv4', ip_address: '10.0.0.5', netmask: '255.255.0.0', link: 'tap0', network_id: NETWORK }],
    services: [{ type: 'dns', address: '9.9.9.9' }],
  })
})

test('a server that does not ask gets none, unless the operator or the image wants it', async () => {
  const plain = await cloudWithNetworks()
  expect(plain.drive((await boot(tenant(plain.cloud))).id)).toBeNull()
  const forced = await cloudWithNetworks({ firstBoot: firstBoot({ force: true, format: 'vfat' }) })
  const server = await boot(tenant(forced.cloud))
  expect(forced.world.guest(server.id)?.order?.configDrive?.format).toBe('vfat')
  expect(forced.drive(server.id)?.has('openstack/latest/meta_data.json')).toBe(true)
  const images = staticImages([{ id: tiny.image, name: tiny.image, properties: { img_config_drive: 'mandatory' } }])
  const byImage = await cloudWithNetworks({ images })
  expect(byImage.drive((await boot(tenant(byImage.cloud))).id)).not.toBeNull()
})

test('a volume is no answer to whether there is to be a config drive, as for Nova', async () => {
  const { cloud } = await cloudWithNetworks()
  const volume = '5b3f7a1e-6a0e-4f6c-9d51-3f0a9c1b2d3e'
  const asking = tenant(cloud).servers.create({ ...tiny, name: 'web', configDrive: volume as unknown as boolean })
  await expect(asking).rejects.toThrow(/configDrive.*must be true or false; a volume .* is labelled config-2/)
  expect((await tenant(cloud).servers.list()).servers).toEqual([])
})

test('the metadata service of a running cloud shows a server its own, and no other', async () => {
  const { cloud } = await cloudWithNetworks()
  const server = await boot(tenant(cloud), {
    name: 'web',
    userData: '#cloud-config\n{}\n',
    adminPassword: 's3cret pass',
  })
  const metaData = await ask(cloud, server.id, '/openstack/latest/meta_data.json')
  expect(JSON.parse(metaData.text)).toMatchObject({ uuid: server.id, name: 'web', project_id: 'demo' })
  expect(metaData.text).not.toContain('s3cret')
  expect(await ask(cloud, server.id, '/latest/user-data')).toEqual({ status: 200, text: '#cloud-config\n{}\n' })
  expect(await ask(cloud, server.id, '/latest/meta-data/local-ipv4')).toEqual({ status: 200, text: '10.0.0.5' })
  expect(await ask(cloud, server.id, '/latest/user-data', {}, 'another')).toEqual({ status: 404, text: '' })
  expect(await ask(cloud, id<ServerId>('nobody'), '/latest/user-data')).toEqual({ status: 404, text: '' })
})

test('a server whose cell is down is to be asked for later, and is never said not to be there', async () => {
  const folder = await tempFolder()
  const outages: Outages = new Set()
  const files = sqlite({ files: (store) => path.join(folder, `${store}.db`) })
  const database = faultyStorage(files, storagePlan(outages))
  const { cloud } = await cloudWithNetworks({ database, stateFolder: folder })
  const server = await boot(tenant(cloud))
  const cell = (await operator(cloud).cells.list()).find(({ name }) => name === 'cell1')
  outages.add(cell!.id)
  for (const path of ['/openstack/latest/meta_data.json', '/openstack', '/openstack/latest/nope']) {
    expect([path, await ask(cloud, server.id, path)]).toEqual([path, { status: 503, text: '' }])
  }
  outages.clear()
  await expect
    .poll(async () => (await ask(cloud, server.id, '/openstack/latest/meta_data.json')).status, { timeout: 10_000 })
    .toBe(200)
})

test('a guest is found by its address where the network service knows addresses', async () => {
  const { cloud } = await cloudWithNetworks()
  const server = await boot(tenant(cloud))
  const service = metadataService({
    source: metadataSource(cloud),
    identify: bySourceAddress({ networks: [id(NETWORK)] }),
  })
  const from = async (remoteAddress: string) =>
    service(new Request('http://169.254.169.254/openstack/latest/meta_data.json'), { remoteAddress })
  expect(await (await from('10.0.0.5')).json()).toMatchObject({ uuid: server.id })
  expect((await from('10.0.0.6')).status).toBe(404)
  await tenant(cloud).servers.delete(server.id)
  await expect.poll(async () => (await from('10.0.0.5')).status, { timeout: 10_000 }).toBe(404)
  const next = await boot(tenant(cloud))
  expect(await (await from('10.0.0.5')).json()).toMatchObject({ uuid: next.id })
})

test('a guest posts its password once, and it is kept with the server', async () => {
  const { cloud } = await cloudWithNetworks()
  const server = await boot(tenant(cloud))
  const path = '/openstack/2013-04-04/password'
  expect(await ask(cloud, server.id, path)).toEqual({ status: 200, text: '' })
  expect(await ask(cloud, server.id, path, { method: 'POST', body: 'c2VhbGVk' })).toMatchObject({ status: 200 })
  expect(await ask(cloud, server.id, path, { method: 'POST', body: 'again' })).toMatchObject({ status: 409 })
  expect(await ask(cloud, server.id, path)).toEqual({ status: 200, text: 'c2VhbGVk' })
})

test('a server that was deleted is told nothing any more', async () => {
  const { cloud } = await cloudWithNetworks()
  const server = await boot(tenant(cloud))
  await tenant(cloud).servers.delete(server.id)
  await expect
    .poll(async () => (await ask(cloud, server.id, '/latest/meta-data')).status, { timeout: 10_000 })
    .toBe(404)
})
