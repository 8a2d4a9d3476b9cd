import { describe, expect, it } from 'vitest'
import type { GlobalTx } from '../../src/ports/storage.ts'
import type { OperationId, ProjectId, UserId } from '../../src/domain/ids.ts'
import type { RequestContext } from '../../src/domain/context/request-context.ts'
import { admin, caller, member, reader, stand, stranger, TEN_MEGABYTES, type Stand } from './stand.ts'
import { charge, chargeMany, fits, giveBack } from '../../src/storage/global/quotas.ts'
import { defaultLimits, type QuotaResource } from '../../src/domain/quota/quota.ts'
import { id } from '../../src/domain/ids.ts'
import { quotaVerbs, type QuotaVerbs } from '../../src/api/quotas/quota-verbs.ts'

const as = ({ deps }: Stand, who: RequestContext): QuotaVerbs => quotaVerbs(deps, who)

const project = id<ProjectId>('ours')
const ann = id<UserId>('ann')
const eve = id<UserId>('eve')
const create = id<OperationId>('create')
const resize = id<OperationId>('resize')
/** One server. */
const amounts = { instances: 1, cores: 2, ram: 512 }

const write = <T>({ deps }: Stand, work: (tx: GlobalTx) => Promise<T>): Promise<T> => deps.global.write(work)

async function used(here: Stand, user?: string): Promise<Partial<Record<QuotaResource, number>>> {
  const usages = await as(here, admin).get('ours', user === undefined ? {} : { user })
  return Object.fromEntries(usages.filter((usage) => usage.used > 0).map((usage) => [usage.resource, usage.used]))
}

async function limit(
  here: Stand,
  resource: QuotaResource,
  of: { project?: string; user?: string } = {},
): Promise<number> {
  const { project: name = 'ours', ...user } = of
  return (await as(here, admin).get(name, user)).find((usage) => usage.resource === resource)?.limit ?? NaN
}

const succeeded = (answers: readonly PromiseSettledResult<unknown>[]): number =>
  answers.filter(({ status }) => status === 'fulfilled').length

describe('quotas: limits', () => {
  it('are those of the code until somebody sets others', async () => {
    const here = await stand()
    const usages = await as(here, reader).get('ours')
    expect(Object.fromEntries(usages.map(({ resource, limit }) => [resource, limit]))).toEqual(defaultLimits)
    expect(usages.every(({ used }) => used === 0)).toBe(true)
    expect(await as(here, reader).defaults()).toEqual(defaultLimits)
  })

  it('are the project’s, else the defaults set, else those of the code', async () => {
    const here = await stand()
    const quotas = as(here, admin)
    await quotas.setDefaults({ cores: 30, ram: 1 })
    await quotas.setDefaults({ ram: 2 })
    await quotas.set('ours', { cores: -1 })
    expect(await quotas.defaults()).toEqual({ ...defaultLimits, cores: 30, ram: 2 })
    expect(await limit(here, 'cores')).toBe(-1)
    expect(await limit(here, 'ram')).toBe(2)
    expect(await limit(here, 'instances')).toBe(10)
    expect(await limit(here, 'cores', { project: 'theirs' })).toBe(30)
  })

  it('may be set for a user, and shown for that user alone', async () => {
    const here = await stand()
    await as(here, admin).set('ours', { cores: 4 }, { user: 'ann' })
    expect(await limit(here, 'cores', { user: 'ann' })).toBe(4)
    expect(await limit(here, 'cores', { user: 'eve' })).toBe(20)
    expect(await limit(here, 'cores')).toBe(20)
    expect(await limit(here, 'cores', { project: 'theirs', user: 'ann' })).toBe(20)
  })

  it('go back to the defaults: of a user, or of the project with all its users', async () => {
    const here = await stand()
    const quotas = as(here, admin)
    const set = async () => {
      await quotas.set('ours', { cores: 1 })
      await quotas.set('ours', { cores: 2 }, { user: 'ann' })
      await quotas.set('theirs', { cores: 3 })
    }
    await set()
    await quotas.reset('ours', { user: 'ann' })
    expect(await limit(here, 'cores', { user: 'ann' })).toBe(1)
    await set()
    await quotas.reset('ours')
    expect(await limit(here, 'cores', { user: 'ann' })).toBe(20)
    expect(await limit(here, 'cores')).toBe(20)
    expect(await limit(here, 'cores', { project: 'theirs' })).toBe(3)
  })

  it.each([
    ['a resource unknown', { disks: 1 }, 'quota.unknown_resource', 'There is no quota for disks.'],
    ['a resource of ten megabytes', { [TEN_MEGABYTES]: 1 }, 'quota.unknown_resource', /^.{1,80}$/],
    ['a part of an object', JSON.parse('{"__proto__":1}'), 'quota.unknown_resource', /__proto__/],
    ['less than none', { cores: -2 }, 'quota.invalid', 'cores must be a whole number from -1 to 2147483647.'],
    ['half a core', { cores: 0.5 }, 'quota.invalid', 'cores must be a whole number from -1 to 2147483647.'],
    ['a text', { cores: '5' }, 'quota.invalid', 'cores must be a whole number from -1 to 2147483647.'],
    ['nothing', null, 'quota.invalid', 'limits must be an object.'],
  ])('refuse %s', async (_, limits, code, message) => {
    const quotas = as(await stand(), admin)
    const refused = {
      code,
      message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    }
    await expect(quotas.set('ours', limits as never)).rejects.toMatchObject(refused)
    await expect(quotas.setDefaults(limits as never)).rejects.toMatchObject(refused)
    expect(await quotas.defaults()).toEqual(defaultLimits)
  })

  it('change nothing where nothing is said', async () => {
    const quotas = as(await stand(), admin)
    await quotas.set('ours', {})
    await quotas.set('ours', { cores: undefined } as never)
    expect(await quotas.defaults()).toEqual(defaultLimits)
  })

  it('refuse a project or a user that cannot be', async () => {
    const quotas = as(await stand(), admin)
    await expect(quotas.get('')).rejects.toThrow('project must have 1 to 255 characters.')
    await expect(quotas.get(TEN_MEGABYTES)).rejects.toThrow(/^.{1,100}$/)
    await expect(quotas.get('ours', { user: '' })).rejects.toThrow('user must have 1 to 255 characters.')
    await expect(quotas.reset('ours', { users: 'a' } as never)).rejects.toThrow('there is no option "users".')
  })

  it('are shown to the project, and set by administrators', async () => {
    const here = await stand()
    expect(await as(here, reader).get('ours')).toHaveLength(7)
    for (const attempt of [
      as(here, stranger).get('ours'),
      as(here, member).get('theirs'),
      as(here, caller([])).get('ours'),
      as(here, caller(['manager'])).set('ours', { cores: 100 }),
      as(here, member).reset('ours'),
      as(here, member).setDefaults({ cores: 100 }),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'policy.forbidden' })
  })
})

describe('quotas: charge and give back', () => {
  it('counts for the project and for the user in it', async () => {
    const here = await stand()
    await write(here, (tx) => charge(tx, { subject: 's1', operation: create, project, user: ann, amounts }))
    await write(here, (tx) => charge(tx, { subject: 's2', operation: create, project, user: eve, amounts }))
    expect(await used(here)).toEqual({ instances: 2, cores: 4, ram: 1024 })
    expect(await used(here, 'ann')).toEqual(amounts)
    await write(here, (tx) => giveBack(tx, 's1'))
    expect(await used(here)).toEqual(amounts)
    expect(await used(here, 'ann')).toEqual({})
  })

  it('charges once for one operation, however often it is asked', async () => {
    const here = await stand()
    const again = () =>
      write(here, (tx) => charge(tx, { subject: 's', operation: create, project, user: ann, amounts }))
    await again()
    await again()
    await Promise.all([again(), again()])
    expect(await used(here)).toEqual(amounts)
  })

  it('charges again for another operation, and gives back that one alone, or all', async () => {
    const here = await stand()
    const more = { cores: 2, ram: 512 }
    await write(here, (tx) => charge(tx, { subject: 's', operation: create, project, user: ann, amounts }))
    await write(here, (tx) => charge(tx, { subject: 's', operation: resize, project, user: ann, amounts: more }))
    expect(await used(here)).toEqual({ instances: 1, cores: 4, ram: 1024 })
    await write(here, (tx) => giveBack(tx, 's', resize))
    expect(await used(here)).toEqual(amounts)
    await write(here, (tx) => charge(tx, { subject: 's', operation: resize, project, user: ann, amounts: more }))
    await write(here, (tx) => giveBack(tx, 's'))
    expect(await used(here)).toEqual({})
  })

  it('gives back once, however many do it at once', async () => {
    const here = await stand()
    for (const subject of ['s', 'other'])
      await write(here, (tx) => charge(tx, { subject, operation: create, project, user: ann, amounts }))
    await Promise.all(Array.from({ length: 8 }, () => write(here, (tx) => giveBack(tx, 's'))))
    await write(here, (tx) => giveBack(tx, 'never charged'))
    expect(await used(here)).toEqual(amounts)
  })

  it('gives back nothing where the transaction is not committed', async () => {
    const here = await stand()
    await write(here, (tx) => charge(tx, { subject: 's', operation: create, project, user: ann, amounts }))
    const failing = write(here, async (tx) => {
      await giveBack(tx, 's')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await used(here)).toEqual(amounts)
  })

  it('names the resource that is short, and leaves nothing behind', async () => {
    const here = await stand()
    await as(here, admin).set('ours', { ram: 1000 })
    await write(here, (tx) => charge(tx, { subject: 's1', operation: create, project, user: ann, amounts }))
    const second = write(here, (tx) => charge(tx, { subject: 's2', operation: create, project, user: ann, amounts }))
    await expect(second).rejects.toMatchObject({
      code: 'quota.exceeded',
      kind: 'over_quota',
      message: 'Quota exceeded for ram: 512 asked for, 512 of 1000 used.',
    })
    expect(await used(here)).toEqual(amounts)
    await write(here, (tx) => giveBack(tx, 's2'))
    expect(await used(here)).toEqual(amounts)
  })

  it('holds a user to the user’s own limit beside the project’s', async () => {
    const here = await stand()
    await as(here, admin).set('ours', { instances: 1 }, { user: 'ann' })
    const chargeFor = (subject: string, user: UserId) =>
      write(here, (tx) => charge(tx, { subject, operation: create, project, user, amounts: { instances: 1 } }))
    await chargeFor('s1', ann)
    await expect(chargeFor('s2', ann)).rejects.toMatchObject({ code: 'quota.exceeded', message: /1 of 1 used/ })
    await chargeFor('s3', eve)
    await as(here, admin).set('ours', { instances: 50 }, { user: 'eve' })
    await as(here, admin).set('ours', { instances: 2 })
    await expect(chargeFor('s4', eve)).rejects.toMatchObject({ code: 'quota.exceeded', message: /2 of 2 used/ })
  })

  it('knows what a user uses when a limit for the user comes later', async () => {
    const here = await stand()
    const chargeFor = (subject: string) =>
      write(here, (tx) => charge(tx, { subject, operation: create, project, user: ann, amounts: { instances: 3 } }))
    await chargeFor('s1')
    await as(here, admin).set('ours', { instances: 4 }, { user: 'ann' })
    await expect(chargeFor('s2')).rejects.toMatchObject({ message: /3 of 4 used/ })
  })

  it('lets a limit be lowered below what is used, and then adds nothing', async () => {
    const here = await stand()
    await write(here, (tx) => charge(tx, { subject: 's1', operation: create, project, user: ann, amounts }))
    await as(here, admin).set('ours', { cores: 1 })
    expect((await as(here, reader).get('ours'))[1]).toEqual({ resource: 'cores', limit: 1, used: 2 })
    const next = write(here, (tx) =>
      charge(tx, { subject: 's2', operation: create, project, user: ann, amounts: { cores: 1 } }),
    )
    await expect(next).rejects.toMatchObject({ message: /2 of 1 used/ })
    await write(here, (tx) => giveBack(tx, 's1'))
    await write(here, (tx) =>
      charge(tx, { subject: 's2', operation: create, project, user: ann, amounts: { cores: 1 } }),
    )
  })

  it('has no end where it is without limit, and no beginning where it is nought', async () => {
    const here = await stand()
    await as(here, admin).set('ours', { cores: -1, instances: 0 })
    await write(here, (tx) =>
      charge(tx, { subject: 's1', operation: create, project, user: ann, amounts: { cores: 2 ** 40 } }),
    )
    const next = write(here, (tx) =>
      charge(tx, { subject: 's2', operation: create, project, user: ann, amounts: { instances: 1 } }),
    )
    await expect(next).rejects.toMatchObject({ message: /1 asked for, 0 of 0 used/ })
  })
})

describe('quotas: many at once', () => {
  it('charges for many equal ones all or none', async () => {
    const here = await stand()
    const subjects = ['s1', 's2', 's3', 's4']
    await write(here, (tx) => chargeMany(tx, { subjects, operation: create, project, user: ann, amounts }))
    expect(await used(here)).toEqual({ instances: 4, cores: 8, ram: 2048 })
    const tooMany = Array.from({ length: 7 }, (_, at) => `t${at}`)
    const next = write(here, (tx) =>
      chargeMany(tx, { subjects: tooMany, operation: resize, project, user: ann, amounts }),
    )
    await expect(next).rejects.toMatchObject({ message: /instances: 7 asked for, 4 of 10 used/ })
    expect(await used(here)).toEqual({ instances: 4, cores: 8, ram: 2048 })
    await write(here, (tx) => giveBack(tx, 's2'))
    expect(await used(here)).toEqual({ instances: 3, cores: 6, ram: 1536 })
    await write(here, (tx) => chargeMany(tx, { subjects: [], operation: create, project, user: ann, amounts }))
  })

  it('does not charge half of many again', async () => {
    const here = await stand()
    await write(here, (tx) => charge(tx, { subject: 's1', operation: create, project, user: ann, amounts }))
    const half = write(here, (tx) =>
      chargeMany(tx, { subjects: ['s1', 's2'], operation: create, project, user: ann, amounts }),
    )
    await expect(half).rejects.toThrow(RangeError)
    expect(await used(here)).toEqual(amounts)
  })

  it('says how many of them fit', async () => {
    const here = await stand()
    const room = (wanted: number, of = amounts) =>
      write(here, (tx) => fits(tx, { project, user: ann, amounts: of }, wanted))
    expect(await room(5)).toBe(5)
    expect(await room(50)).toBe(10)
    expect(await room(50, { ...amounts, cores: 7 })).toBe(2)
    await as(here, admin).set('ours', { ram: 1535 }, { user: 'ann' })
    expect(await room(50)).toBe(2)
    await write(here, (tx) => charge(tx, { subject: 's', operation: create, project, user: ann, amounts }))
    expect(await room(50)).toBe(1)
    await as(here, admin).set('ours', { cores: 1 })
    expect(await room(50)).toBe(0)
  })

  it.each([
    [32, 1, 10],
    [32, 3, 9],
  ])('never exceeds a limit of 10 with %i callers of %i each', async (callers, each, expected) => {
    const here = await stand()
    const tries = Array.from({ length: callers }, (_, at) => {
      const subjects = Array.from({ length: each }, (_, of) => `s${at}-${of}`)
      const of = { instances: 1 }
      return write(here, (tx) => chargeMany(tx, { subjects, operation: create, project, user: ann, amounts: of }))
    })
    expect(succeeded(await Promise.allSettled(tries)) * each).toBe(expected)
    expect(await used(here)).toEqual({ instances: expected })
  })

  it('gives each of many callers what fits, and never more than there is', async () => {
    const here = await stand()
    const got = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        write(here, async (tx) => {
          const payer = { project, user: ann, amounts: { instances: 1 } }
          const many = await fits(tx, payer, 3)
          const subjects = Array.from({ length: many }, (_, of) => `s${at}-${of}`)
          await chargeMany(tx, { ...payer, operation: create, subjects })
          return many
        }),
      ),
    )
    expect(got.reduce((sum, each) => sum + each)).toBe(10)
    expect(await used(here)).toEqual({ instances: 10 })
  })

  it('comes out even after charges and returns in any order', async () => {
    const here = await stand()
    const rounds = Array.from({ length: 64 }, async (_, at) => {
      const user = at % 2 === 0 ? ann : eve
      const subject = `s${at}`
      await write(here, (tx) => charge(tx, { subject, operation: create, project, user, amounts }))
      await write(here, (tx) => giveBack(tx, subject))
    })
    expect(succeeded(await Promise.allSettled(rounds))).toBeGreaterThan(0)
    expect(await used(here)).toEqual({})
    expect(await used(here, 'ann')).toEqual({})
  })
})
