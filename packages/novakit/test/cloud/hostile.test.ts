import { describe, expect, test } from 'vitest'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import type { ImageControl, ImageHost, Verbs } from 'novakit'
import { staticImages } from '@novakit/local-services'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, operator, startCloud, tenant, tiny, unlimited } from '../support/open-cloud.ts'
import { codeOf } from '../support/error-of.ts'

// What hostile and careless callers do, by the ids of the project's list of threats.

const stranger = { project: 'another', user: 'mallory', roles: ['member'] } as const

const SOMETHING = '0b6e9a52-4e4d-4b0e-9f43-1f7a6a1f9c11'

/** What verbs need beside the server. */
const given: Readonly<Record<string, readonly unknown[]>> = {
  until: ['active', { timeout: 1000 }],
  changePassword: ['a password'],
  createImage: [{ name: 'a copy' }],
  createBackup: [{ name: 'a copy', type: 'daily', rotation: 1 }],
  resetState: ['active'],
  update: [{ name: 'mine' }],
  setMetadata: [{ mine: 'yes' }],
  setTags: [['mine']],
  attachVolume: [{ volume: SOMETHING }],
  detachVolume: [SOMETHING],
  volumeAttachment: [SOMETHING],
  detachInterface: [SOMETHING],
  interface: [SOMETHING],
  updateVolumeAttachment: [SOMETHING, { deleteOnTermination: true }],
}

const notOfOneServer = new Set(['create', 'list'])

test('S-ISO-1, S-ISO-7, S-ISO-9: no verb finds the server of another project, whatever it is', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) } })
  const { id } = await boot(tenant(cloud))
  const before = await tenant(cloud).servers.get(id)
  const foreign = cloud.as(stranger).servers as unknown as Readonly<
    Record<string, (...args: unknown[]) => Promise<unknown>>
  >
  const verbs = Object.keys(foreign).filter((verb) => !notOfOneServer.has(verb))
  expect(verbs.length).toBeGreaterThan(20)
  for (const verb of verbs) {
    const outcome = await codeOf(foreign[verb]!(id, ...(given[verb] ?? [])))
    expect([verb, ['server.not_found', 'policy.forbidden'].includes(outcome)]).toEqual([verb, true])
    // Whoever may not know that it is there is told the same of one that never was.
    expect([verb, await codeOf(foreign[verb]!(crypto.randomUUID(), ...(given[verb] ?? [])))]).toEqual([verb, outcome])
  }
  expect(await tenant(cloud).servers.get(id)).toEqual(before)
  expect(await tenant(cloud).servers.actions(id)).toHaveLength(1)
})

test('S-ISO-3: a private flavor cannot be had by guessing its id', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) } })
  const { flavors } = operator(cloud)
  const { id } = await flavors.create({ id: 'secret', name: 'secret', vcpus: 1, memory: 64, disk: 0, isPublic: false })
  expect(await codeOf(create(tenant(cloud), { flavor: id }))).toBe('flavor.not_found')
  expect(await codeOf(tenant(cloud).flavors.get(id))).toBe('flavor.not_found')
  await flavors.access.grant(id, 'demo')
  expect(await create(tenant(cloud), { flavor: id })).toMatchObject({ name: 'web' })
  expect(await codeOf(create(cloud.as(stranger), { flavor: id }))).toBe('flavor.not_found')
})

test('S-ISO-5: lists show what is one’s own, and nobody asks for more than policy gives', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) } })
  await create(tenant(cloud))
  await tenant(cloud).serverGroups.create({ name: 'ours', policy: 'affinity' })
  const foreign = cloud.as(stranger)
  expect((await foreign.servers.list()).servers).toEqual([])
  expect(await foreign.serverGroups.list()).toEqual([])
  expect(await foreign.keyPairs.list()).toEqual([])
  expect(await codeOf(foreign.servers.list({ allProjects: true }))).toBe('policy.forbidden')
})

test('S-QUO-9: of five hundred creates at one time never more than ten are there', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const most = { seen: 0 }
  let over = false
  const watcher = (async () => {
    while (!over) {
      most.seen = Math.max(most.seen, (await tenant(cloud).servers.list()).servers.length)
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  const outcomes = await Promise.all(Array.from({ length: 500 }, () => outcomeOf(create(tenant(cloud)))))
  over = true
  await watcher
  expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(10)
  expect(new Set(outcomes)).toEqual(new Set(['accepted', 'quota.exceeded']))
  expect(most.seen).toBeLessThanOrEqual(10)
  await becomesQuiet(cloud, world)
})

test('of a thousand actions on one server at one time each is begun or refused, and it comes to rest', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  const acts: readonly ((verbs: Verbs['servers']) => Promise<unknown>)[] = [
    (verbs) => verbs.pause(id),
    (verbs) => verbs.suspend(id),
    (verbs) => verbs.stop(id, { graceful: 0 }),
    (verbs) => verbs.reboot(id, { type: 'hard' }),
    (verbs) => verbs.rebuild(id),
    (verbs) => verbs.rescue(id),
    (verbs) => verbs.lock(id),
    (verbs) => verbs.unlock(id),
    (verbs) => verbs.setMetadata(id, { seen: 'yes' }),
    (verbs) => verbs.resume(id),
  ]
  const outcomes = await Promise.all(
    Array.from({ length: 1000 }, (_, at) => outcomeOf(acts[at % acts.length]!(servers))),
  )
  const refusals = new Set(outcomes.filter((one) => one !== 'accepted'))
  expect(
    [...refusals].filter((one) => !['server.wrong_state', 'server.locked', 'server.changed_meanwhile'].includes(one)),
  ).toEqual([])
  await servers.unlock(id)
  await expect.poll(async () => (await servers.get(id)).taskState, { timeout: 15_000 }).toBe(null)
  expect((await servers.actions(id)).every(({ result }) => result !== null)).toBe(true)
  await servers.delete(id)
  await servers.until(id, 'deleted')
  expect(world.guests()).toEqual([])
})

test('S-CTX-1: nobody gets what another has asked for, with fifty people in the middle of five thousand requests', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) } })
  const people = Array.from({ length: 50 }, (_, n) => cloud.as({ project: `p${n}`, user: `u${n}`, roles: ['member'] }))
  await Promise.all(people.map((verbs, n) => verbs.serverGroups.create({ name: `group of ${n}`, policy: 'affinity' })))
  const wrong: string[] = []
  await Promise.all(
    Array.from({ length: 5000 }, async (_, at) => {
      const n = (at * 7) % 50
      const groups = await people[n]!.serverGroups.list()
      if (groups.length !== 1 || groups[0]?.name !== `group of ${n}`) wrong.push(`${n} sees ${JSON.stringify(groups)}`)
    }),
  )
  expect(wrong).toEqual([])
})

describe('S-LOG-2: what a part throws', () => {
  const SECRET = '/var/lib/secret/token-8431'

  test('is not told to the owner of the server, in its fault or in what is listed', async () => {
    const images = staticImages([{ id: 'cirros', name: 'cirros' }])
    const leaky: ImageControl & ImageHost = {
      ...images,
      fetch: () => Promise.reject(new Error(`cannot open ${SECRET}`)),
    }
    const cloud = await startCloud({ hosts: { n1: fakeDriver(node) }, images: leaky })
    const { id } = await create(tenant(cloud), { image: 'cirros' })
    await tenant(cloud)
      .servers.until(id, 'active', { timeout: 15_000 })
      .catch(() => undefined)
    const told = [
      await tenant(cloud).servers.get(id),
      await tenant(cloud).servers.list(),
      await tenant(cloud).servers.actions(id),
    ]
    expect(JSON.stringify(told)).not.toContain('secret')
  })
})

test('S-LIFE-1: a rescued server that is deleted leaves nothing', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  await servers.rescue(id)
  await servers.until(id, 'rescued')
  await servers.delete(id)
  await servers.until(id, 'deleted')
  await becomesQuiet(cloud, world)
  expect(world.guests()).toEqual([])
})

test('names, descriptions, metadata and tags that no client should send are refused, and nothing is there', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) } })
  await unlimited(cloud)
  const bad: readonly Partial<Parameters<Verbs['servers']['create']>[0]>[] = [
    { name: '' },
    { name: 'a\u0000b' },
    { name: 'a\r\nb' },
    { name: 'x'.repeat(256) },
    { metadata: { ['k'.repeat(256)]: 'v' } },
    { metadata: { k: 'v'.repeat(256) } },
    { metadata: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, 'v'])) },
    { metadata: { k: 1 } as never },
    { tags: ['a,b'] } as never,
    { tags: ['x'.repeat(61)] } as never,
    { userData: 'x'.repeat(70_000) },
    { count: 1e9 },
    { count: -1 },
    { flavor: '../../etc/passwd' },
    { image: { id: 'cirros' } as never },
    JSON.parse('{"__proto__":{"roles":["admin"]},"constructor":{}}') as never,
  ]
  for (const more of bad) {
    const code = await codeOf(tenant(cloud).servers.create({ ...tiny, ...more } as never))
    expect([
      JSON.stringify(more).slice(0, 40),
      /^(server\.invalid|quota\.exceeded|flavor\.not_found)$/.test(code),
    ]).toEqual([JSON.stringify(more).slice(0, 40), true])
  }
  expect((await tenant(cloud).servers.list()).servers).toEqual([])
})

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
}
