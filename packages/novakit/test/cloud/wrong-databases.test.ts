import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  createCloud,
  secretBoxFromFile,
  sqlite,
  systemClock,
  tokens,
  type CloudOptions,
  type NovakitError,
} from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { faultyStorage, scriptedFaults } from '@novakit/core/testing'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant } from '../support/open-cloud.ts'
import { errorOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

const refusalOf = (options: CloudOptions): Promise<NovakitError> => errorOf(createCloud(options))

/** A database with a server in it, closed. */
async function usedDatabase(): Promise<string> {
  const database = path.join(await tempFolder(), 'cloud.db')
  const cloud = await startCloud({ database, hosts: { n1: fakeDriver(node) } })
  await boot(tenant(cloud))
  await cloud.stop()
  return database
}

test('a folder as database is refused, and nothing is made beside it', async () => {
  const folder = await tempFolder()
  await mkdir(path.join(folder, 'cloud.db'))
  expect(await refusalOf({ database: path.join(folder, 'cloud.db') })).toMatchObject({
    code: 'storage.cannot_open',
    message: `The database ${path.join(folder, 'cloud.db')} cannot be opened: it is a folder. Name a file in it.`,
  })
  expect(await readdir(folder)).toEqual(['cloud.db'])
})

test('a database in a folder that does not exist is refused, with the advice to make it', async () => {
  const folder = await tempFolder()
  const error = await refusalOf({ database: path.join(folder, 'no', 'cloud.db') })
  expect(error.code).toBe('storage.cannot_open')
  expect(error.message).toContain(`there is no folder ${path.join(folder, 'no')}. Make it first.`)
  expect(await readdir(folder)).toEqual([])
})

test('a file that is no database is refused, and left as it is', async () => {
  const folder = await tempFolder()
  const database = path.join(folder, 'letter.txt')
  await writeFile(database, 'Dear reader,\n'.repeat(1000))
  expect(await refusalOf({ database })).toMatchObject({
    code: 'storage.corrupt',
    message: 'The database file is damaged or is no database. Restore it from a backup.',
  })
  expect(await readFile(database, 'utf8')).toBe('Dear reader,\n'.repeat(1000))
  expect(await readdir(folder)).toEqual(['letter.txt'])
})

test('a database whose pages are damaged is refused, at the latest when they are read', async () => {
  const database = await usedDatabase()
  const bytes = await readFile(database)
  bytes.fill(0x5a, 4096)
  await writeFile(database, bytes)
  const error = await errorOf(
    (async () => {
      const cloud = await openCloud({ database })
      await cloud.start()
      await tenant(cloud).servers.list()
      await create(tenant(cloud))
    })(),
  )
  expect(error.code).toMatch(/^(storage\.corrupt|cell\.unavailable)$/)
  expect(error.message.length).toBeLessThan(300)
})

test('a database of a newer version is refused by its name, and not touched', async () => {
  const database = await usedDatabase()
  const db = new DatabaseSync(database)
  db.exec(`insert into global_migration (name, timestamp) values ('0099-of-the-future', '2030-01-01')`)
  db.close()
  expect(await refusalOf({ database })).toMatchObject({
    code: 'storage.schema_newer',
    kind: 'conflict',
    message: expect.stringMatching(/written by a newer version of novakit \(it holds 0099-of-the-future\)\. Use that/),
  })
})

test('a cell of a newer version is refused too', async () => {
  const database = await usedDatabase()
  const db = new DatabaseSync(database)
  db.exec(`insert into cell0_migration (name, timestamp) values ('0099-of-the-future', '2030-01-01')`)
  db.close()
  expect(await refusalOf({ database })).toMatchObject({ code: 'storage.schema_newer' })
})

/** The superuser writes to read-only files too: for a moment this process is nobody. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

test('a read-only file is refused, with the advice to make it writable', async () => {
  const database = await usedDatabase()
  await chmod(database, 0o444)
  await chmod(`${database}.key`, 0o400)
  await chmod(path.dirname(database), 0o555)
  const error = await asNobody(() => refusalOf({ database }))
  await chmod(path.dirname(database), 0o755)
  expect(error).toMatchObject({
    code: 'storage.read_only',
    message: 'The database is read-only: nothing was stored. Make its file and folder writable.',
  })
})

test('a database that becomes read-only refuses what would change it, goes on reading, and recovers', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const plan = scriptedFaults()
  const storage = faultyStorage(sqlite({ file: database }), plan)
  const cloud = await startCloud({ database: storage, hosts: { n1: fakeDriver({ ...node, world }) } })
  const server = await boot(tenant(cloud))
  plan.always('read_only')
  for (const call of [() => create(tenant(cloud)), () => tenant(cloud).servers.delete(server.id)]) {
    expect(await errorOf(call())).toMatchObject({ code: 'storage.read_only', help: 'later' })
  }
  expect((await tenant(cloud).servers.list()).servers.map(({ id }) => id)).toEqual([server.id])
  plan.heal()
  expect(await boot(tenant(cloud), { name: 'after' })).toMatchObject({ status: 'ACTIVE' })
  await becomesQuiet(cloud, world)
})

test('a key file that others may read is refused, and so is one that is no key', async () => {
  const database = await usedDatabase()
  await chmod(`${database}.key`, 0o644)
  expect(await refusalOf({ database })).toMatchObject({
    code: 'sealed.bad_key',
    message: `The key file ${database}.key cannot be used: others may read it; its mode must be 0600`,
  })
  await chmod(`${database}.key`, 0o600)
  await writeFile(`${database}.key`, 'short')
  expect(await refusalOf({ database })).toMatchObject({
    code: 'sealed.bad_key',
    message: `The key file ${database}.key cannot be used: it has 5 bytes, not 32`,
  })
})

test('whoever asks for a new key file at one time gets the same key, and nothing else is left in the folder', async () => {
  for (let round = 0; round < 30; round++) {
    const folder = await tempFolder()
    const boxes = await Promise.all(Array.from({ length: 8 }, () => secretBoxFromFile(path.join(folder, 'key'))))
    const sealed = boxes[0]!.seal('for all of us')
    expect(new Set(boxes.map((box) => box.open(sealed)))).toEqual(new Set(['for all of us']))
    expect(await readdir(folder)).toEqual(['key'])
  }
})

test('a secret that was sealed with another key ends as an error that says so, and leaves no guest', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const firstBoot = {
    configDrive: async () => new Uint8Array(512),
    metadata: async () => ({}),
  } as unknown as NonNullable<CloudOptions['firstBoot']>
  const options = { database, firstBoot, hosts: { n1: fakeDriver({ ...node, world }) } }
  const first = await openCloud(options)
  const server = await create(tenant(first), { adminPassword: 'tell nobody', configDrive: true })
  await first.stop()
  await writeFile(`${database}.key`, Buffer.alloc(32, 7))

  const second = await startCloud(options)
  expect(await errorOf(tenant(second).servers.until(server.id, 'active'))).toMatchObject({
    code: 'server.ended_otherwise',
    message: expect.stringContaining('A stored secret cannot be opened: the key is not the one it was sealed with.'),
  })
  expect((await operator(second).servers.get(server.id)).fault).toMatchObject({ code: 'sealed.cannot_open' })
  expect(world.guests()).toEqual([])
  await tenant(second).servers.delete(server.id)
  await tenant(second).servers.until(server.id, 'deleted')
  await becomesQuiet(second, world)
})

test('two processes may open one file, each sees what the other does', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const one = await startCloud({ database, hosts: { n1: fakeDriver(node) } })
  const two = await openCloud({ database, roles: ['api'] })
  const server = await boot(tenant(one))
  expect(await tenant(two).servers.get(server.id)).toMatchObject({ status: 'ACTIVE' })
  const other = await create(tenant(two), { name: 'from two' })
  const began = systemClock.now()
  await tenant(two).servers.until(other.id, 'active')
  expect(systemClock.now() - began).toBeLessThan(5000)
})

test('clouds that open a new file at one time agree on its tables, its flavors and its key', async () => {
  for (let round = 0; round < 5; round++) {
    const database = path.join(await tempFolder(), 'cloud.db')
    const clouds = await Promise.all(Array.from({ length: 4 }, () => openCloud({ database })))
    const boxes = clouds.map((cloud) => cloud.container.get(tokens.secrets))
    const sealed = boxes[0]!.seal('for all of us')
    expect(boxes.map((box) => box.open(sealed))).toEqual(Array.from({ length: 4 }, () => 'for all of us'))
    expect(await operator(clouds[3]!).flavors.list()).toHaveLength(5)
  }
})
