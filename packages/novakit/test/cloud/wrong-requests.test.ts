import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cloud, NovakitError, Verbs } from 'novakit'
import { createCloud, gib, problemOf } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { staticImages } from '@novakit/local-services'
import { checkQuiet } from '../support/check-quiet.ts'
import { create, openCloud, operator, quick, tenant, tiny } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'

/** It is never started: what is refused needs no conductor, and what were accepted would stay to be seen. */
let cloud: Cloud
let verbs: Verbs
beforeAll(async () => {
  cloud = await createCloud({ timing: quick, hosts: { n1: fakeDriver({ memory: gib(8) }) } })
  verbs = tenant(cloud)
})
afterAll(() => cloud.stop())

type Input = Readonly<Record<string, unknown>>

const refusalOf = (more: Input): Promise<NovakitError> =>
  errorOf(verbs.servers.create({ ...tiny, ...more } as Parameters<Verbs['servers']['create']>[0]))

const huge = 'x'.repeat(10 * 2 ** 20)
const manyKeys = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`key-${index}`, 'value']))

const refused: readonly (readonly [what: string, input: Input, code: string, says: RegExp])[] = [
  ['a flavor that does not exist', { flavor: 'm1.tinny' }, 'flavor.not_found', /m1\.tinny/],
  ['an image that does not exist', { image: 'cirross' }, 'image.not_found', /cirross/],
  ['a key that does not exist', { keyName: 'mine' }, 'key_pair.not_found', /mine/],
  ['a group that does not exist', { group: 'together' }, 'server_group.not_found', /together/],
  ['a zone that does not exist', { zone: 'moon' }, 'aggregate.zone_not_found', /moon/],
  ['a name of 10 MB', { name: huge }, 'server.invalid', /name must have 1 to 255 characters/],
  ['a name of spaces', { name: '   ' }, 'server.invalid', /name must have 1 to 255 characters/],
  ['a name with a control character', { name: 'a\u0000b' }, 'server.invalid', /name must not have control characters/],
  ['a name with a lone surrogate', { name: 'a\uD800' }, 'server.invalid', /name must not have control characters/],
  ['a name that is a number', { name: 7 }, 'server.invalid', /name must be text/],
  ['no name', { name: undefined }, 'server.invalid', /name is missing/],
  ['a flavor of 10 MB', { flavor: huge }, 'server.invalid', /flavor must have 1 to 255 characters/],
  ['an image of 10 MB', { image: huge }, 'server.invalid', /image must have 1 to 255 characters/],
  ['an option that does not exist', { flavour: 'm1.tiny' }, 'server.invalid', /there is no option "flavour"/],
  ['an option with a name of 10 MB', { [huge]: 1 }, 'server.invalid', /there is no option "x{1,40}…"/],
  ['no servers', { count: 0 }, 'server.invalid', /count must be a whole number from 1 to 1000/],
  ['a negative count', { count: -1 }, 'server.invalid', /count must be a whole number from 1 to 1000/],
  ['1001 servers', { count: 1001 }, 'server.invalid', /count must be a whole number from 1 to 1000/],
  ['half a server', { count: 0.5 }, 'server.invalid', /count must be a whole number from 1 to 1000/],
  ['a minimum above the maximum', { count: { min: 3, max: 2 } }, 'server.invalid', /count .*min .*max/],
  [
    'a minimum of 0',
    { count: { min: 0, max: 2 } },
    'server.invalid',
    /count\.min must be a whole number from 1 to 1000/,
  ],
  ['metadata with 129 keys', { metadata: manyKeys }, 'server.invalid', /metadata must have at most 128 keys/],
  ['metadata that reaches the prototype', { metadata: JSON.parse('{"__proto__":"x"}') }, 'server.invalid', /__proto__/],
  ['metadata with control characters', { metadata: { key: 'a\nb' } }, 'server.invalid', /metadata .*control/],
  [
    'metadata keys with control characters',
    { metadata: { 'a\u001B[31m': 'x' } },
    'server.invalid',
    /metadata .*control/,
  ],
  ['metadata with long values', { metadata: { key: 'x'.repeat(256) } }, 'server.invalid', /values of at most 255/],
  ['metadata that is a list', { metadata: ['a'] }, 'server.invalid', /metadata must be an object/],
  ['metadata of numbers', { metadata: { key: 1 } }, 'server.invalid', /metadata must have texts/],
  ['a request that reaches the prototype', JSON.parse('{"__proto__":{"x":1}}'), 'server.invalid', /no option/],
  [
    'user data that is too large',
    { userData: 'x'.repeat(65_536) },
    'server.invalid',
    /userData must have at most 65535/,
  ],
  [
    'user data of 10 MB',
    { userData: Buffer.alloc(10 * 2 ** 20) },
    'server.invalid',
    /userData must have at most 65535/,
  ],
  ['51 tags', { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, 'server.invalid', /tags must/],
  ['a tag with a comma', { tags: ['a,b'] }, 'server.invalid', /tags\.0 must/],
  ['a host name with spaces', { hostname: 'my host' }, 'server.invalid', /hostname must be a host name/],
  ['an empty password', { adminPassword: '' }, 'server.invalid', /adminPassword must/],
  ['a hint that is ours', { hints: { extra: { _nova: ['x'] } } }, 'server.invalid', /hints/],
  ['a hint that does not exist', { hints: { group: 'x' } }, 'server.invalid', /hints has no option "group"/],
  ['a host, as a member', { host: 'n1' }, 'policy.forbidden', /servers:create:forced_host/],
  ['an idempotency key of 10 MB', { idempotencyKey: huge }, 'server.invalid', /idempotencyKey must have/],
]

describe('a request for servers', () => {
  test.for(refused)('with %s is refused, says why in short, and leaves nothing', async ([, input, code, says]) => {
    const began = process.threadCpuUsage()
    const error = await refusalOf(input)
    const { user, system } = process.threadCpuUsage(began)
    expect((user + system) / 1000).toBeLessThan(100)
    expect(error).toMatchObject({ code, help: 'never' })
    expect(error.message).toMatch(says)
    expect(error.message.length).toBeLessThan(300)
    expect(JSON.stringify(problemOf(error)).length).toBeLessThan(1000)
    expect((await operator(cloud).servers.list({ allProjects: true })).servers).toEqual([])
    await checkQuiet(cloud)
  })

  test('over quota says which quota, and leaves nothing', async () => {
    expect(await refusalOf({ count: 11 })).toMatchObject({
      code: 'quota.exceeded',
      kind: 'over_quota',
      message: 'Quota exceeded for instances: 11 asked for, 0 of 10 used.',
    })
    expect(await refusalOf({ flavor: 'm1.xlarge', count: 3 })).toMatchObject({
      message: 'Quota exceeded for cores: 24 asked for, 0 of 20 used.',
    })
    await checkQuiet(cloud)
  })

  test('for an image that the flavor has no room for is refused with both sizes', async () => {
    const images = staticImages([{ id: 'i1', name: 'fat', minDisk: gib(2) }])
    const other = await openCloud({ images })
    expect(await errorOf(create(tenant(other), { image: 'fat' }))).toMatchObject({
      code: 'image.flavor_too_small',
      message: 'The flavor is too small for image fat: it needs a disk of 2 GiB, and m1.tiny has 1.',
    })
    await checkQuiet(other)
  })

  test('for a network is refused where there are none', async () => {
    expect(await refusalOf({ networks: [{ network: 'net1' }] })).toMatchObject({
      code: 'host.unsupported',
      message: expect.stringContaining('this cloud has no network service'),
    })
  })

  test('a name of 255 characters outside the basic plane is fine', async () => {
    const name = '😀'.repeat(255)
    expect(await create(tenant(cloud, 'smiling'), { name })).toMatchObject({ name })
  })
})

describe('a flavor', () => {
  test.for<readonly [string, Input]>([
    ['a negative number of CPUs', { vcpus: -1 }],
    ['no CPUs', { vcpus: 0 }],
    ['negative memory', { memory: -512 }],
    ['a negative disk', { disk: -1 }],
    ['negative swap', { swap: -1 }],
    ['half a CPU', { vcpus: 1.5 }],
    ['more than any column holds', { memory: 2 ** 31 }],
  ])('with %s is refused', async ([, input]) => {
    const { flavors } = operator(cloud)
    const flavor = { name: 'wrong', vcpus: 1, memory: 64, disk: 1, ...input }
    const error = await errorOf(flavors.create(flavor as Parameters<typeof flavors.create>[0]))
    expect(error).toMatchObject({ code: 'flavor.invalid', kind: 'invalid' })
    expect(error.message).toMatch(new RegExp(`${Object.keys(input)[0]} must be a whole number from`))
    expect(await codeOf(flavors.get('wrong'))).toBe('flavor.not_found')
  })
})

describe('a list of servers', () => {
  test.for<readonly [string, Input, RegExp]>([
    ['a limit of 0', { limit: 0 }, /limit must be a whole number from 1 to 1000/],
    ['a limit of 1001', { limit: 1001 }, /limit must be a whole number from 1 to 1000/],
    ['a status that does not exist', { status: 'RUNNING' }, /status must be/],
    ['an order that does not exist', { sort: 'size' }, /sort must be one of createdAt, updatedAt, name/],
    ['a filter that does not exist', { nmae: 'x' }, /no option "nmae"/],
    ['a marker of 10 MB', { marker: huge }, /marker must be at most/],
    ['a time that is none', { changesSince: -1 }, /changesSince must be a whole number/],
  ])('with %s is refused', async ([, query, says]) => {
    const error = await errorOf(verbs.servers.list(query))
    expect(error.code).toBe('server.invalid')
    expect(error.message).toMatch(says)
    expect(error.message.length).toBeLessThan(500)
  })

  test.for([
    ['made up', 'next.e30'],
    ['of another order', `next.${Buffer.from('["web","x"]').toString('base64url')}`],
    ['with a value that is no text or number', `next.${Buffer.from('[{},"x"]').toString('base64url')}`],
    ['of no server', 'no-such-server'],
  ])('with a marker that is %s is refused or shows nothing strange', async ([, marker]) => {
    const answer = await verbs.servers.list({ marker: marker! }).catch((error: NovakitError) => error.code)
    if (typeof answer === 'string') expect(answer).toMatch(/^server\.(invalid|not_found)$/)
    else expect(answer.servers.length).toBeLessThanOrEqual(1000)
  })
})

describe('servers of another project', () => {
  test('are not found, whatever is asked of them, as servers that never were', async () => {
    const foreign = await create(tenant(cloud, 'theirs'))
    const never = '00000000-1111-2222-3333-444444444444'
    for (const id of [foreign.id, never]) {
      const calls = [
        verbs.servers.get(id),
        verbs.servers.delete(id),
        verbs.servers.until(id, 'active', { timeout: 50 }),
        verbs.servers.actions(id),
      ]
      for (const call of calls) {
        expect(await errorOf(call)).toMatchObject({
          code: 'server.not_found',
          message: `There is no server ${id} in this project.`,
        })
      }
      expect((await verbs.servers.list({ ids: [id] })).servers).toEqual([])
      expect(await codeOf(verbs.servers.list({ marker: id }))).toBe('server.not_found')
    }
    expect(await tenant(cloud, 'theirs').servers.get(foreign.id)).toMatchObject({
      status: 'BUILD',
      taskState: 'scheduling',
    })
  })

  test('waiting for their end tells no more than waiting for the end of a server that never was', async () => {
    const foreign = await create(tenant(cloud, 'theirs-too'))
    const never = '00000000-1111-2222-3333-444444444444'
    const [one, other] = await Promise.all(
      [foreign.id, never].map((id) => verbs.servers.until(id, 'deleted', { timeout: 50 }).catch(codeOf)),
    )
    expect(one).toEqual(other)
  })

  test('are listed for administrators only', async () => {
    for (const query of [{ allProjects: true }, { project: 'theirs' }]) {
      expect(await codeOf(verbs.servers.list(query))).toBe('policy.forbidden')
    }
    expect(await codeOf(verbs.servers.list({ host: 'n1' }))).toBe('policy.forbidden')
    const { servers } = await operator(cloud).servers.list({ allProjects: true })
    expect(new Set(servers.map(({ project }) => project)).has('theirs' as never)).toBe(true)
  })

  test('a reader sees its project and changes nothing', async () => {
    const reader = cloud.as({ project: 'demo', user: 'r', roles: ['reader'] })
    expect((await reader.servers.list()).servers).toEqual([])
    expect(await codeOf(reader.servers.create(tiny))).toBe('policy.forbidden')
  })
})
