import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { gib } from 'novakit'
import { boot, startCloud, tenant } from '../support/open-cloud.ts'
import { becomesQuiet } from '../support/check-quiet.ts'
import { codeOf } from '../support/error-of.ts'
import { withCompileCache } from '../support/compile-cache.ts'
import { tempFolder } from '../support/temp-folder.ts'

const repository = path.join(import.meta.dirname, '../../../..')
const sizes = { vcpus: 64, memory: gib(256), disk: gib(2000) }

/** The first TypeScript of a text. */
function sampleOf(text: string): string {
  const [, sample] = /```ts\n(.*?)```/s.exec(text) ?? []
  if (sample === undefined) throw new Error('There is no sample.')
  return sample
}

test('the sample of the README runs as it stands, ends by itself, and leaves a server that runs', async () => {
  const folder = await tempFolder()
  const readme = await readFile(path.join(repository, 'README.md'), 'utf8')
  await writeFile(path.join(folder, 'sample.mts'), sampleOf(readme))
  await symlink(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'))
  const args = ['--conditions=novakit-source', 'sample.mts']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: withCompileCache(),
    timeout: 20_000,
  })
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })

  const cloud = await startCloud({
    database: path.join(folder, 'cloud.db'),
    hosts: { 'rack1-n1': fakeDriver(sizes) },
  })
  const { servers } = await tenant(cloud).servers.list()
  expect(servers).toMatchObject([{ name: 'web', status: 'ACTIVE', flavor: { name: 'm1.small' } }])
})

test('a cloud that is opened again on its file finds its server active, deletes it, and nothing is left', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const hosts = { 'rack1-n1': fakeDriver({ ...sizes, world }) }
  const first = await startCloud({ database, hosts })
  const { id } = await boot(tenant(first), { flavor: 'm1.small' })
  await first.stop()
  expect(world.guests()).toMatchObject([{ server: id, power: 'running' }])

  const second = await startCloud({ database, hosts })
  const { servers } = tenant(second)
  expect(await servers.get(id)).toMatchObject({ name: 'web', status: 'ACTIVE', powerState: 'running' })
  expect((await servers.list()).servers.map((server) => server.id)).toEqual([id])
  await becomesQuiet(second, world)

  await servers.delete(id)
  expect(await servers.until(id, 'deleted')).toBeNull()
  await becomesQuiet(second, world)
  expect(world.guests()).toEqual([])
  expect(await codeOf(servers.get(id))).toBe('server.not_found')
  expect((await servers.list()).servers).toEqual([])
})

test('guests in a state file outlive the process that made them', async () => {
  const folder = await tempFolder()
  const database = path.join(folder, 'cloud.db')
  const driver = () => fakeDriver({ ...sizes, stateFile: path.join(folder, 'guests') })
  const first = await startCloud({ database, hosts: { 'rack1-n1': driver() } })
  const { id } = await boot(tenant(first))
  await first.stop()

  const again = driver()
  const second = await startCloud({ database, hosts: { 'rack1-n1': again } })
  await becomesQuiet(second, again.world)
  expect(again.world.guests()).toMatchObject([{ server: id, power: 'running' }])
  await tenant(second).servers.delete(id)
  await tenant(second).servers.until(id, 'deleted')
  await becomesQuiet(second, again.world)
})
