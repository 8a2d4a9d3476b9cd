import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { CloudOptions, FirstBoot, Transport } from 'novakit'
import { inProcess, logTo } from 'novakit'
import { fakeDriver, fakeWorld, times } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, startCloud, tenant } from '../support/open-cloud.ts'
import { errorOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Keeps the text of all that passes through it, questions and answers. */
function overhearing(): { readonly transport: Transport; readonly heard: string[] } {
  const inner = inProcess()
  const heard: string[] = []
  const keep = <T>(value: T): T => {
    heard.push(JSON.stringify(value) ?? '')
    return value
  }
  const transport: Transport = {
    ...inner,
    listen: (address, handle) => inner.listen(address, async (envelope) => keep(await handle(keep(envelope)))),
    request: (address, envelope) => inner.request(address, keep(envelope)).then(keep),
  }
  return { transport, heard }
}

/** Every file below a folder as one text, byte for byte. */
async function bytesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name))
  return new Map(await Promise.all(found.map(async (file) => [file, await readFile(file, 'latin1')] as const)))
}

/** As it is, and as it would look inside of a larger base64 text, wherever it begins. */
function disguises(secret: string): readonly string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.from(`${'x'.repeat(shift)}${secret}`).toString('base64')
    return text.slice(shift === 0 ? 0 : 4, Math.floor(((shift + secret.length) * 4) / 3) - 1)
  })
  return [secret, ...shifted, Buffer.from(secret).toString('hex'), Buffer.from(secret, 'utf16le').toString('latin1')]
}

test('passwords and private keys are in no file, message, log line or event', async () => {
  const folder = await tempFolder()
  const { transport, heard } = overhearing()
  const lines: string[] = []
  const world = fakeWorld({ stateFile: path.join(folder, 'guests') })
  const bare: string[] = []
  const firstBoot: FirstBoot = {
    configDrive: async ({ adminPassword }) => {
      bare.push(adminPassword ?? '')
      return new Uint8Array(16)
    },
  }
  const options: CloudOptions = {
    database: path.join(folder, 'cloud.db'),
    transport,
    firstBoot,
    log: logTo((line) => void lines.push(JSON.stringify(line)), 'debug'),
    hosts: {
      bad: fakeDriver({ ...node, world, faults: { spawn: times(2, { kind: 'error-after-effect' }) } }),
      good: fakeDriver({ ...node, world }),
    },
  }
  const cloud = await startCloud(options)
  const events: string[] = []
  cloud.events.on('*', (event) => void events.push(JSON.stringify(event)))

  const verbs = tenant(cloud)
  const password = 'canary-7f3a9c-swordfish'
  const { privateKey } = await verbs.keyPairs.create({ name: 'mine' })
  const key = privateKey!.split('\n')[3]!
  expect(key.length).toBeGreaterThan(60)
  const server = { adminPassword: password, configDrive: true, keyName: 'mine' }
  const kept = await boot(verbs, { ...server, idempotencyKey: 'once' })
  const deleted = await boot(verbs, { ...server, name: 'deleted' })
  await verbs.servers.delete(deleted.id)
  await verbs.servers.until(deleted.id, 'deleted')
  await errorOf(create(verbs, { ...server, flavor: 'nonesuch' }))
  await errorOf(create(verbs, { ...server, adminPassword: `${password}${'x'.repeat(300)}` }))
  const seen = [await verbs.servers.get(kept.id), await verbs.servers.list(), await verbs.keyPairs.list()]
  await becomesQuiet(cloud, world)
  const open = await bytesBelow(folder)
  await cloud.stop()
  const closed = await bytesBelow(folder)

  // What is searched is what there is, and the secret has reached its guest.
  expect(bare).toContain(password)
  expect([...open.keys()].map((file) => path.relative(folder, file)).toSorted()).toEqual(
    expect.arrayContaining(['cloud.db', 'cloud.db-wal', 'cloud.db.key', 'guests']),
  )
  expect([...open.values()].some((text) => text.includes(kept.id))).toBe(true)
  expect(heard.some((text) => text.includes('host.command'))).toBe(true)
  expect(lines.some((text) => text.includes('"debug"') || text.includes('"info"'))).toBe(true)
  expect(events.length).toBeGreaterThan(4)

  const places = new Map([
    ...open,
    ...[...closed].map(([file, text]) => [`${file} when closed`, text] as const),
    ['messages', heard.join('\n')],
    ['logs', lines.join('\n')],
    ['events', events.join('\n')],
    ['answers', JSON.stringify(seen)],
  ])
  const leaks = [...places].flatMap(([place, text]) =>
    [password, key].flatMap((secret) => (disguises(secret).some((form) => text.includes(form)) ? [place] : [])),
  )
  expect(leaks).toEqual([])
})

test('the disguises in which a secret is looked for would be found', () => {
  const secret = 'canary-7f3a9c-swordfish'
  for (const before of ['', 'a', 'ab', 'abc']) {
    const text = Buffer.from(`{"password":"${before}${secret}"}`).toString('base64')
    expect(disguises(secret).some((form) => text.includes(form))).toBe(true)
  }
})
