import { describe, expect, it } from 'vitest'
import type { FlavorVerbs } from '../../src/api/flavors/flavor-verbs.ts'
import type { RequestContext } from '../../src/domain/context/request-context.ts'
import { admin, caller, member, reader, stand, stranger, TEN_MEGABYTES, type Stand } from './stand.ts'
import { defaultPolicy } from '../../src/api/policy/default-policy.ts'
import { flavorVerbs } from '../../src/api/flavors/flavor-verbs.ts'
import { visibleFlavor } from '../../src/api/flavors/visible-flavor.ts'

const small = { name: 'small', vcpus: 1, memory: 512, disk: 10 }

const as = ({ deps }: Stand, who: RequestContext): FlavorVerbs => flavorVerbs(deps, who)

const namesOf = (flavors: readonly { readonly name: string }[]): string[] => flavors.map(({ name }) => name)

describe('flavors: create', () => {
  it('fills in what was not said, and makes an id', async () => {
    const flavors = as(await stand(), admin)
    const flavor = await flavors.create({ ...small, name: '  small ' })
    expect(flavor).toEqual({
      ...small,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ephemeral: 0,
      swap: 0,
      isPublic: true,
      description: null,
      extraSpecs: {},
    })
    expect(await flavors.get(flavor.id)).toEqual(flavor)
  })

  it('keeps all that was said', async () => {
    const flavors = as(await stand(), admin)
    const whole = {
      ...small,
      id: 'm1.small',
      ephemeral: 1,
      swap: 2,
      isPublic: false,
      description: 'For the small\nthings 🐣',
      extraSpecs: { 'hw:cpu_policy': 'dedicated' },
    }
    expect(await flavors.create(whole)).toEqual(whole)
    expect(await flavors.get('m1.small')).toEqual(whole)
  })

  it('refuses a name or an id that is taken', async () => {
    const flavors = as(await stand(), admin)
    await flavors.create({ ...small, id: '1' })
    await expect(flavors.create({ ...small, id: '2' })).rejects.toMatchObject({ code: 'flavor.exists' })
    await expect(flavors.create({ ...small, id: '1', name: 'other' })).rejects.toMatchObject({ code: 'flavor.exists' })
  })

  it('lets one of many through that come at once with one name', async () => {
    const flavors = as(await stand(), admin)
    const answers = await Promise.allSettled(Array.from({ length: 16 }, () => flavors.create(small)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await flavors.list()).toHaveLength(1)
  })

  it.each([
    ['no name', { ...small, name: undefined }, 'name is missing.'],
    ['a blank name', { ...small, name: '   ' }, 'name must have 1 to 255 characters.'],
    ['a name of 256 characters', { ...small, name: '🐣'.repeat(256) }, 'name must have 1 to 255 characters.'],
    ['a name of ten megabytes', { ...small, name: TEN_MEGABYTES }, 'name must have 1 to 255 characters.'],
    ['a name with a line end inside', { ...small, name: 'a\nb' }, 'name must not have control characters.'],
    ['a name with half a character', { ...small, name: 'a\ud800' }, 'name must not have control characters.'],
    ['a name that is a number', { ...small, name: 7 }, 'name must be text.'],
    ['no CPU', { ...small, vcpus: 0 }, 'vcpus must be a whole number from 1 to 2147483647.'],
    ['half a CPU', { ...small, vcpus: 0.5 }, 'vcpus must be a whole number from 1 to 2147483647.'],
    ['CPUs as text', { ...small, vcpus: '1' }, 'vcpus must be a whole number from 1 to 2147483647.'],
    ['memory that is not a number', { ...small, memory: NaN }, 'memory must be a whole number from 1 to 2147483647.'],
    ['memory beyond measure', { ...small, memory: 2 ** 53 }, 'memory must be a whole number from 1 to 2147483647.'],
    ['a disk less than none', { ...small, disk: -1 }, 'disk must be a whole number from 0 to 2147483647.'],
    ['an id with a slash', { ...small, id: 'a/b' }, 'id must have letters, digits, ".", "_", "-" and spaces only.'],
    ['an option that there is not', { ...small, ram: 512 }, 'there is no option "ram".'],
    [
      'a key that reaches the prototype',
      JSON.parse('{"name":"a","vcpus":1,"memory":1,"disk":0,"__proto__":{}}'),
      'there is no option "__proto__".',
    ],
    ['an option with a long name', { ...small, [TEN_MEGABYTES]: 1 }, `there is no option "${'x'.repeat(40)}…".`],
    ['extra specs with a bad key', { ...small, extraSpecs: { 'a/b': '' } }, 'extraSpecs must have keys of letters'],
    ['extra specs with a number', { ...small, extraSpecs: { a: 1 } }, 'extraSpecs must have texts for values.'],
    ['a list for extra specs', { ...small, extraSpecs: ['a'] }, 'extraSpecs must be an object of texts.'],
    [
      'extra specs that reach the prototype',
      { ...small, extraSpecs: JSON.parse('{"__proto__":"x"}') },
      'extraSpecs must not have the key __proto__.',
    ],
    [
      'more extra specs than 128',
      { ...small, extraSpecs: Object.fromEntries(Array.from({ length: 129 }, (_, at) => [`k${at}`, ''])) },
      'extraSpecs must have at most 128 keys.',
    ],
    ['nothing', undefined, 'it is missing.'],
    ['a text', 'small', 'it must be an object.'],
  ])('refuses %s in one short sentence', async (_, input, sentence) => {
    const flavors = as(await stand(), admin)
    const thrown = await flavors.create(input as never).catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'flavor.invalid', message: expect.stringContaining(sentence) })
    expect((thrown as Error).message.length).toBeLessThan(340)
    expect(await flavors.list()).toEqual([])
  })

  it('names several mistakes at once', async () => {
    const flavors = as(await stand(), admin)
    await expect(flavors.create({ name: '', disk: 0 } as never)).rejects.toThrow(
      'The flavor is not valid: name must have 1 to 255 characters; vcpus is missing; memory is missing.',
    )
  })
})

describe('flavors: who may see a private one', () => {
  async function withPrivate(): Promise<Stand> {
    const here = await stand()
    const flavors = as(here, admin)
    await flavors.create(small)
    await flavors.create({ ...small, name: 'secret', id: 's', isPublic: false })
    return here
  }

  it('does not exist for another project, by id, by name, or in a list', async () => {
    const flavors = as(await withPrivate(), member)
    await expect(flavors.get('s')).rejects.toMatchObject({ code: 'flavor.not_found' })
    await expect(flavors.get('secret')).rejects.toMatchObject({ code: 'flavor.not_found' })
    expect(namesOf(await flavors.list())).toEqual(['small'])
    expect(await flavors.list({ public: false })).toEqual([])
    await expect(flavors.list({ marker: 's' })).rejects.toMatchObject({ code: 'flavor.invalid' })
  })

  it('does not exist for another project that wants to make a server of it', async () => {
    const { deps } = await withPrivate()
    const found = deps.global.read((tx) => visibleFlavor(tx, member, deps.policy, 's'))
    await expect(found).rejects.toMatchObject({ code: 'flavor.not_found', message: /There is no flavor s\./ })
  })

  it('is there for a project that was granted access, and gone when that is revoked', async () => {
    const here = await withPrivate()
    const { access } = as(here, admin)
    await access.grant('secret', 'ours')
    expect(await as(here, reader).get('secret')).toMatchObject({ id: 's' })
    expect(namesOf(await as(here, reader).list())).toEqual(['small', 'secret'])
    await expect(as(here, stranger).get('secret')).rejects.toMatchObject({ code: 'flavor.not_found' })
    expect(await access.list('s')).toEqual(['ours'])
    await access.revoke('s', 'ours')
    await expect(as(here, reader).get('secret')).rejects.toMatchObject({ code: 'flavor.not_found' })
  })

  it('is there for an administrator, who sees those of all projects when asking for them', async () => {
    const flavors = as(await withPrivate(), admin)
    expect(await flavors.get('secret')).toMatchObject({ id: 's' })
    expect(namesOf(await flavors.list())).toEqual(['small'])
    expect(namesOf(await flavors.list({ allProjects: true, public: false }))).toEqual(['secret'])
    await expect(as(await withPrivate(), member).list({ allProjects: true })).rejects.toMatchObject({
      code: 'policy.forbidden',
      message: expect.stringContaining('flavors:list:all_projects'),
    })
  })

  it('stays hidden from one whom policy lets delete flavors and no more', async () => {
    const here = await withPrivate()
    const policy = defaultPolicy({ 'flavors:delete': 'member_of_project' })
    const flavors = flavorVerbs({ ...here.deps, policy }, member)
    await expect(flavors.delete('secret')).rejects.toMatchObject({ code: 'flavor.not_found' })
    await flavors.delete('small')
  })

  it('keeps access in order: only of private ones, given once, taken once', async () => {
    const { access } = as(await withPrivate(), admin)
    await access.grant('s', 'ours')
    await expect(access.grant('s', 'ours')).rejects.toMatchObject({ code: 'flavor.access_exists' })
    await expect(access.revoke('s', 'theirs')).rejects.toMatchObject({ code: 'flavor.access_not_found' })
    await expect(access.grant('small', 'ours')).rejects.toMatchObject({ code: 'flavor.access_of_public' })
    await expect(access.list('small')).rejects.toMatchObject({ code: 'flavor.access_of_public' })
    await expect(access.grant('none', 'ours')).rejects.toMatchObject({ code: 'flavor.not_found' })
    await expect(access.grant('s', '')).rejects.toMatchObject({ code: 'flavor.invalid' })
  })
})

describe('flavors: get', () => {
  it('takes an id before a name', async () => {
    const flavors = as(await stand(), admin)
    await flavors.create({ ...small, id: '1', name: '2' })
    await flavors.create({ ...small, id: '2', name: '1' })
    expect((await flavors.get('1')).id).toBe('1')
    expect((await flavors.get('2')).id).toBe('2')
  })

  it('refuses what no flavor can be called, without repeating it', async () => {
    const flavors = as(await stand(), member)
    await expect(flavors.get(TEN_MEGABYTES)).rejects.toThrow(/^.{1,100}$/)
    await expect(flavors.get('a\0b')).rejects.toMatchObject({ code: 'flavor.invalid' })
    await expect(flavors.get(undefined as never)).rejects.toMatchObject({ code: 'flavor.invalid' })
  })
})

describe('flavors: list', () => {
  async function withThree(): Promise<FlavorVerbs> {
    const flavors = as(await stand(), admin)
    await flavors.create({ name: 'b', id: '2', vcpus: 2, memory: 1024, disk: 0 })
    await flavors.create({ name: 'a', id: '3', vcpus: 1, memory: 1024, disk: 20 })
    await flavors.create({ name: 'c', id: '1', vcpus: 1, memory: 2048, disk: 10 })
    return flavors
  }

  it('orders by id, or as asked, equal ones by id', async () => {
    const flavors = await withThree()
    expect(namesOf(await flavors.list())).toEqual(['c', 'b', 'a'])
    expect(namesOf(await flavors.list({ sortBy: 'name' }))).toEqual(['a', 'b', 'c'])
    expect(namesOf(await flavors.list({ sortBy: 'memory' }))).toEqual(['b', 'a', 'c'])
    expect(namesOf(await flavors.list({ sortBy: 'memory', descending: true }))).toEqual(['c', 'a', 'b'])
  })

  it('shows those that are large enough', async () => {
    const flavors = await withThree()
    expect(namesOf(await flavors.list({ minMemory: 1024, minDisk: 10 }))).toEqual(['c', 'a'])
  })

  it.each([['id'], ['memory'], ['vcpus'], ['createdAt']] as const)(
    'gives the same by pages as at once, by %s and back',
    async (sortBy) => {
      const flavors = await withThree()
      for (const descending of [false, true]) {
        const paged: string[] = []
        for (let marker: string | undefined; ;) {
          const [next] = await flavors.list({ sortBy, descending, limit: 1, ...(marker ? { marker } : {}) })
          if (next === undefined) break
          paged.push(next.id)
          marker = next.id
        }
        expect(paged).toEqual((await flavors.list({ sortBy, descending })).map(({ id }) => id))
      }
    },
  )

  it('refuses a marker that is not there, a limit out of bounds, and an order unknown', async () => {
    const flavors = await withThree()
    await expect(flavors.list({ marker: 'x' })).rejects.toThrow('the marker is not the id of a flavor in this list.')
    await expect(flavors.list({ limit: 1001 })).rejects.toThrow('limit must be a whole number from 1 to 1000.')
    await expect(flavors.list({ sortBy: 'rowid' as never })).rejects.toThrow('sortBy must be one of id, name, vcpus')
    await expect(flavors.list({ page: 2 } as never)).rejects.toThrow('there is no option "page".')
  })
})

describe('flavors: changes', () => {
  it('deletes by id or name, once, with its access list', async () => {
    const flavors = as(await stand(), admin)
    await flavors.create({ ...small, id: 's', isPublic: false })
    await flavors.access.grant('s', 'ours')
    await flavors.delete('small')
    await expect(flavors.delete('s')).rejects.toMatchObject({ code: 'flavor.not_found' })
    await flavors.create({ ...small, id: 's', isPublic: false })
    expect(await flavors.access.list('s')).toEqual([])
  })

  it('describes, and takes the description away', async () => {
    const flavors = as(await stand(), admin)
    await flavors.create(small)
    expect(await flavors.setDescription('small', 'new')).toMatchObject({ name: 'small', description: 'new' })
    expect(await flavors.get('small')).toMatchObject({ description: 'new' })
    expect(await flavors.setDescription('small', null)).toMatchObject({ description: null })
    await expect(flavors.setDescription('small', TEN_MEGABYTES)).rejects.toThrow('at most 65535 characters')
    await expect(flavors.setDescription('none', '')).rejects.toMatchObject({ code: 'flavor.not_found' })
  })

  it('adds, replaces and removes extra specs', async () => {
    const { extraSpecs, ...flavors } = as(await stand(), admin)
    await flavors.create({ ...small, extraSpecs: { a: '1', b: '2' } })
    expect((await extraSpecs.set('small', { b: '3', c: '4' })).extraSpecs).toEqual({ a: '1', b: '3', c: '4' })
    expect((await extraSpecs.unset('small', 'a')).extraSpecs).toEqual({ b: '3', c: '4' })
    expect((await extraSpecs.unset('small', 'never there')).extraSpecs).toEqual({ b: '3', c: '4' })
    expect((await flavors.get('small')).extraSpecs).toEqual({ b: '3', c: '4' })
  })

  it('counts extra specs after they are merged', async () => {
    const { extraSpecs, ...flavors } = as(await stand(), admin)
    const many = (from: number) => Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${from + at}`, '']))
    await flavors.create({ ...small, extraSpecs: many(0) })
    await expect(extraSpecs.set('small', many(100))).rejects.toThrow('must have at most 128 keys')
    expect(Object.keys((await flavors.get('small')).extraSpecs)).toHaveLength(100)
  })

  it('loses no extra spec when many are set at once', async () => {
    const { extraSpecs, ...flavors } = as(await stand(), admin)
    await flavors.create(small)
    await Promise.all(Array.from({ length: 20 }, (_, at) => extraSpecs.set('small', { [`k${at}`]: '' })))
    expect(Object.keys((await flavors.get('small')).extraSpecs)).toHaveLength(20)
  })
})

describe('flavors: who may', () => {
  it.each([['member'], ['reader'], ['manager'], ['service']])('lets a %s look, and change nothing', async (role) => {
    const here = await stand()
    await as(here, admin).create(small)
    const flavors = as(here, caller([role]))
    expect(await flavors.get('small')).toMatchObject({ name: 'small' })
    const tries = [
      flavors.create({ ...small, name: 'mine' }),
      flavors.delete('small'),
      flavors.setDescription('small', 'x'),
      flavors.extraSpecs.set('small', { a: 'b' }),
      flavors.extraSpecs.unset('small', 'a'),
      flavors.access.list('small'),
      flavors.access.grant('small', 'ours'),
      flavors.access.revoke('small', 'ours'),
    ]
    for (const attempt of tries) await expect(attempt).rejects.toMatchObject({ code: 'policy.forbidden' })
    expect(await flavors.list()).toHaveLength(1)
  })

  it('asks who it is before it looks at what was sent', async () => {
    await expect(as(await stand(), member).create(null as never)).rejects.toMatchObject({ code: 'policy.forbidden' })
  })
})
