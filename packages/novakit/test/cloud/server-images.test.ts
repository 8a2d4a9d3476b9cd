import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RequestContext } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { id } from 'novakit'
import { localServices } from '@novakit/local-services'
import { boot, create, node, startCloud, tenant } from '../support/open-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'

const admin: RequestContext = { requestId: id('r'), project: id('operators'), user: id('root'), roles: ['admin'] }
const owner: RequestContext = { requestId: id('r'), project: id('demo'), user: id('user-of-demo'), roles: ['member'] }

test('the disk of a server comes into the image store, and servers are made from it', async () => {
  const folder = await tempFolder()
  const services = await localServices({ dir: path.join(folder, 'services') })
  onTestFinished(() => services.close())
  const { images } = services
  const file = path.join(folder, 'base.raw')
  await writeFile(file, Buffer.alloc(1024), { mode: 0o600 })
  await images.importFile(
    admin,
    { name: 'base', format: 'raw', visibility: 'public', properties: { os_distro: 'none' } },
    file,
  )
  const driver = fakeDriver({ ...node, directory: path.join(folder, 'guests') })
  const cloud = await startCloud({ hosts: { n1: driver }, images })
  const verbs = tenant(cloud)
  const server = await boot(verbs, { image: 'base' })
  const image = await verbs.servers.createImage(server.id, { name: 'mine' })
  await verbs.servers.until(server.id, 'active')
  const made = await images.get(owner, image)
  expect(made).toMatchObject({
    status: 'active',
    visibility: 'private',
    format: 'raw',
    properties: { os_distro: 'none', base_image_ref: server.image, instance_uuid: server.id, image_type: 'snapshot' },
  })
  let text = ''
  for await (const chunk of images.read(owner, image)) text += Buffer.from(chunk).toString('latin1')
  expect(text).toContain(`root disk of ${server.id}`)
  await verbs.servers.until((await create(verbs, { name: 'copy', image })).id, 'active')
  for (const name of ['first', 'second']) {
    await verbs.servers.createBackup(server.id, { name, type: 'daily', rotation: 1 })
    await verbs.servers.until(server.id, 'active')
  }
  await expect
    .poll(async () => (await images.list(owner)).filter((one) => one.properties['image_type'] === 'backup'))
    .toMatchObject([{ name: 'second', status: 'active' }])
})
