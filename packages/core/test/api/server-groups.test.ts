import { describe, expect, it } from 'vitest'
import type { RequestContext } from '../../src/domain/context/request-context.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { admin, caller, member, reader, stand, stranger, TEN_MEGABYTES, type Stand } from './stand.ts'
import { groupForCreate, joinGroup } from '../../src/api/server-groups/group-for-create.ts'
import { groupOfServers, groupPolicyOf, leaveGroups } from '../../src/storage/global/server-groups.ts'
import { id } from '../../src/domain/ids.ts'
import { millis } from '../../src/domain/unit/units.ts'
import { quotaVerbs } from '../../src/api/quotas/quota-verbs.ts'
import { serverGroupVerbs, type ServerGroupVerbs } from '../../src/api/server-groups/server-group-verbs.ts'

const as = ({ deps }: Stand, who: RequestContext): ServerGroupVerbs => serverGroupVerbs(deps, who)

const used = async ({ deps }: Stand): Promise<number | undefined> =>
  (await quotaVerbs(deps, admin).get('ours')).find(({ resource }) => resource === 'server_groups')?.used

const servers = (...names: readonly string[]): ServerId[] => names.map((name) => id<ServerId>(name))

/** What the create of servers does. */
const join = ({ deps }: Stand, who: RequestContext, group: string, ...names: readonly string[]): Promise<void> =>
  deps.global.write(async (tx) => joinGroup(tx, who, await groupForCreate(tx, who, group), servers(...names), null))

describe('server groups: create', () => {
  it.each([['affinity'], ['anti-affinity'], ['soft-affinity'], ['soft-anti-affinity'], ['partition']] as const)(
    'takes the policy %s',
    async (policy) => {
      const here = await stand()
      const group = await as(here, member).create({ name: ' web ', policy })
      expect(group).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'web',
        project: 'ours',
        user: 'ann',
        policy,
        level: null,
        maxServerPerHost: 1,
        members: [],
        createdAt: here.clock.now(),
      })
      expect(await as(here, reader).get(group.id)).toEqual(group)
    },
  )

  it('lets several members of an anti-affinity group share a host', async () => {
    const here = await stand()
    const { id: group } = await as(here, member).create({ name: 'g', policy: 'anti-affinity', maxServerPerHost: 3 })
    expect(await as(here, member).get(group)).toMatchObject({ maxServerPerHost: 3 })
    const rule = await here.deps.global.read((tx) => groupPolicyOf(tx, group))
    expect(rule).toEqual({ policy: 'anti-affinity', level: null, maxServerPerHost: 3 })
  })

  it('counts by the aggregates of a level', async () => {
    const here = await stand()
    const { id: group } = await as(here, member).create({ name: 'g', policy: 'affinity', level: 'rack' })
    expect(await as(here, member).get(group)).toMatchObject({ policy: 'affinity', level: 'rack' })
    const rule = await here.deps.global.read((tx) => groupPolicyOf(tx, group))
    expect(rule).toEqual({ policy: 'affinity', level: 'rack', maxServerPerHost: 1 })
  })

  it('allows one name twice', async () => {
    const groups = as(await stand(), member)
    await groups.create({ name: 'g', policy: 'affinity' })
    await groups.create({ name: 'g', policy: 'affinity' })
    expect(await groups.list()).toHaveLength(2)
  })

  it.each([
    ['no policy', { name: 'g' }, 'policy is missing.'],
    ['a policy unknown', { name: 'g', policy: 'nearby' }, 'policy must be one of affinity, anti-affinity, soft-'],
    ['a name of ten megabytes', { name: TEN_MEGABYTES, policy: 'affinity' }, 'name must have 1 to 255 characters.'],
    [
      'a number for a policy without one',
      { name: 'g', policy: 'soft-anti-affinity', maxServerPerHost: 1 },
      'maxServerPerHost is for the policy anti-affinity only.',
    ],
    [
      'a number less than one',
      { name: 'g', policy: 'anti-affinity', maxServerPerHost: 0 },
      'maxServerPerHost must be a whole number from 1 to 2147483647.',
    ],
    ['an empty level', { name: 'g', policy: 'affinity', level: '' }, 'level must have 1 to 255 characters.'],
    ['an option that there is not', { name: 'g', policies: ['affinity'] }, 'there is no option "policies".'],
  ])('refuses %s', async (_, input, sentence) => {
    const here = await stand()
    const created = as(here, member).create(input as never)
    await expect(created).rejects.toMatchObject({
      code: 'server_group.invalid',
      message: expect.stringContaining(sentence),
    })
    expect(await used(here)).toBe(0)
  })

  it('stops at the quota, however many come at once', async () => {
    const here = await stand()
    const tries = Array.from({ length: 16 }, () => as(here, member).create({ name: 'g', policy: 'affinity' }))
    const answers = await Promise.allSettled(tries)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect(await as(here, member).list()).toHaveLength(10)
    await expect(as(here, member).create({ name: 'g', policy: 'affinity' })).rejects.toMatchObject({
      code: 'quota.exceeded',
      message: 'Quota exceeded for server_groups: 1 asked for, 10 of 10 used.',
    })
  })

  it('needs more than a reader', async () => {
    const created = as(await stand(), reader).create({ name: 'g', policy: 'affinity' })
    await expect(created).rejects.toMatchObject({ code: 'policy.forbidden' })
  })
})

describe('server groups: of another project', () => {
  it('do not exist, except for an administrator', async () => {
    const here = await stand()
    const { id: group } = await as(here, member).create({ name: 'g', policy: 'affinity' })
    await expect(as(here, stranger).get(group)).rejects.toMatchObject({ code: 'server_group.not_found' })
    await expect(as(here, stranger).delete(group)).rejects.toMatchObject({ code: 'server_group.not_found' })
    await expect(join(here, stranger, group, 's1')).rejects.toMatchObject({ code: 'server_group.not_found' })
    await expect(join(here, admin, group, 's1')).rejects.toMatchObject({ code: 'server_group.not_found' })
    expect(await as(here, stranger).list()).toEqual([])
    expect(await as(here, admin).get(group)).toMatchObject({ project: 'ours' })
    await as(here, admin).delete(group)
  })

  it('are listed for an administrator who asks for them', async () => {
    const here = await stand()
    await as(here, member).create({ name: 'a', policy: 'affinity' })
    await as(here, stranger).create({ name: 'b', policy: 'affinity' })
    expect(await as(here, admin).list()).toEqual([])
    expect(await as(here, admin).list({ allProjects: true })).toHaveLength(2)
    await expect(as(here, member).list({ allProjects: true })).rejects.toMatchObject({ code: 'policy.forbidden' })
  })

  it('are told from nonsense only by their answer to nobody', async () => {
    const groups = as(await stand(), member)
    await expect(groups.get('never')).rejects.toMatchObject({ code: 'server_group.not_found' })
    await expect(groups.get(TEN_MEGABYTES)).rejects.toThrow(/^.{1,100}$/)
  })
})

describe('server groups: list', () => {
  it('shows the oldest first, in pages', async () => {
    const here = await stand()
    const groups = as(here, member)
    for (const name of ['a', 'b', 'c', 'd']) {
      if (name !== 'c') await here.clock.advance(millis(1))
      await groups.create({ name, policy: 'affinity' })
    }
    const all = await groups.list()
    expect(all[0]?.name).toBe('a')
    expect(all.at(-1)?.name).toBe('d')
    const first = await groups.list({ limit: 2 })
    const second = await groups.list({ limit: 2, marker: first.at(-1)?.id ?? '' })
    expect([...first, ...second]).toEqual(all)
    await expect(groups.list({ marker: 'x' })).rejects.toMatchObject({ code: 'server_group.invalid' })
  })
})

describe('server groups: members', () => {
  it('join, are shown, and leave', async () => {
    const here = await stand()
    const { id: group } = await as(here, member).create({ name: 'g', policy: 'affinity' })
    await join(here, member, group, 's2', 's1')
    await join(here, member, group, 's1', 's3')
    expect((await as(here, member).get(group)).members).toEqual(['s1', 's2', 's3'])
    expect((await as(here, member).list())[0]?.members).toEqual(['s1', 's2', 's3'])
    await here.deps.global.write((tx) => leaveGroups(tx, id<ServerId>('s1')))
    const left = await here.deps.global.read((tx) => groupOfServers(tx, group))
    expect(left?.members).toEqual(['s2', 's3'])
  })

  it('are no more than the quota of a group allows, however many come at once', async () => {
    const here = await stand()
    const { id: group } = await as(here, member).create({ name: 'g', policy: 'affinity' })
    await quotaVerbs(here.deps, admin).set('ours', { server_group_members: 5 })
    const tries = Array.from({ length: 8 }, (_, at) => join(here, member, group, `a${at}`, `b${at}`))
    const answers = await Promise.allSettled(tries)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    await expect(join(here, member, group, 'x', 'y')).rejects.toMatchObject({
      code: 'quota.exceeded',
      message: 'Quota exceeded for server_group_members: 2 asked for, 4 of 5 used.',
    })
    await join(here, member, group, 'x')
    expect((await as(here, member).get(group)).members).toHaveLength(5)
  })

  it('are bound no more when the group is deleted, and the quota is given back', async () => {
    const here = await stand()
    const { id: group } = await as(here, member).create({ name: 'g', policy: 'affinity' })
    await join(here, member, group, 's1')
    expect(await used(here)).toBe(1)
    await as(here, caller(['member'], { user: 'another of ours' })).delete(group)
    expect(await used(here)).toBe(0)
    expect(await here.deps.global.read((tx) => groupOfServers(tx, group))).toBeNull()
    await expect(as(here, member).delete(group)).rejects.toMatchObject({ code: 'server_group.not_found' })
    await expect(join(here, member, group, 's2')).rejects.toMatchObject({ code: 'server_group.not_found' })
  })
})
