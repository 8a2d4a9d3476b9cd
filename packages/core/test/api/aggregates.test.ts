import { describe, expect, it, vi } from 'vitest'
import type { AggregateId, HostName } from '../../src/domain/ids.ts'
import type { CellStore } from '../../src/ports/storage.ts'
import type { HostRow } from '../../src/storage/cell/tables.ts'
import type { RequestContext } from '../../src/domain/context/request-context.ts'
import { addCell, addHost, admin, caller, member, reader, stand, TEN_MEGABYTES, type Stand } from './stand.ts'
import { aggregatesOfHost, aggregateStates, zoneExists } from '../../src/storage/global/aggregates.ts'
import { aggregateVerbs, type AggregateVerbs } from '../../src/api/aggregates/aggregate-verbs.ts'
import { changeHost, welcomeHost } from '../../src/storage/cell/hosts.ts'
import { id } from '../../src/domain/ids.ts'
import { seconds } from '../../src/domain/unit/units.ts'
import { storageErrors } from '../../src/domain/storage/errors.ts'
import { zoneVerbs } from '../../src/api/zones/zone-verbs.ts'

const as = ({ deps }: Stand, who: RequestContext): AggregateVerbs => aggregateVerbs(deps, who)

async function withHosts(...hosts: readonly string[]): Promise<{ here: Stand; aggregates: AggregateVerbs }> {
  const here = await stand()
  for (const host of hosts) await addHost(here, host)
  return { here, aggregates: as(here, admin) }
}

describe('aggregates: create, get, list', () => {
  it('makes one without a zone, or with one, which is metadata too', async () => {
    const { here, aggregates } = await withHosts()
    const plain = await aggregates.create({ name: ' ssd ' })
    expect(plain).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'ssd',
      zone: null,
      hosts: [],
      metadata: {},
      createdAt: here.clock.now(),
    })
    const zoned = await aggregates.create({ name: 'north', zone: 'n' })
    expect(zoned).toMatchObject({ zone: 'n', metadata: { availability_zone: 'n' } })
    expect(await aggregates.get(zoned.id)).toEqual(zoned)
    expect(await aggregates.get('ssd')).toEqual(plain)
    expect(await aggregates.list()).toEqual([zoned, plain])
    expect(await here.deps.global.read(aggregateStates)).toEqual([zoned, plain])
  })

  it('refuses a name that is taken, to all but one that come at once', async () => {
    const { aggregates } = await withHosts()
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => aggregates.create({ name: 'a' })))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(aggregates.create({ name: 'a' })).rejects.toMatchObject({ code: 'aggregate.exists' })
  })

  it.each([
    ['no name', {}, 'name is missing.'],
    ['a name of ten megabytes', { name: TEN_MEGABYTES }, 'name must have 1 to 255 characters.'],
    ['a zone with a colon', { name: 'a', zone: 'n:host' }, 'zone must not have a colon.'],
    ['a blank zone', { name: 'a', zone: '' }, 'zone must have 1 to 255 characters.'],
    ['an option that there is not', { name: 'a', hosts: [] }, 'there is no option "hosts".'],
  ])('refuses %s', async (_, input, sentence) => {
    const { aggregates } = await withHosts()
    await expect(aggregates.create(input as never)).rejects.toMatchObject({
      code: 'aggregate.invalid',
      message: `The aggregate is not valid: ${sentence}`,
    })
  })

  it('is for administrators alone, to look too', async () => {
    const { here } = await withHosts('h1')
    await as(here, admin).create({ name: 'a' })
    for (const role of ['manager', 'member', 'reader', 'service']) {
      const aggregates = as(here, caller([role]))
      for (const attempt of [
        aggregates.create({ name: 'b' }),
        aggregates.get('a'),
        aggregates.list(),
        aggregates.update('a', { name: 'b' }),
        aggregates.setMetadata('a', {}),
        aggregates.addHost('a', 'h1'),
        aggregates.removeHost('a', 'h1'),
        aggregates.delete('a'),
      ])
        await expect(attempt).rejects.toMatchObject({ code: 'policy.forbidden' })
    }
  })
})

describe('aggregates: update', () => {
  it('renames, and sets and takes away the zone', async () => {
    const { aggregates } = await withHosts()
    const { id: aggregate } = await aggregates.create({ name: 'a' })
    await aggregates.setMetadata('a', { ssd: 'true' })
    expect(await aggregates.update('a', { name: 'b', zone: 'n' })).toMatchObject({ name: 'b', zone: 'n' })
    expect(await aggregates.get(aggregate)).toMatchObject({ metadata: { ssd: 'true', availability_zone: 'n' } })
    expect(await aggregates.update('b', { zone: null })).toMatchObject({ zone: null, metadata: { ssd: 'true' } })
    expect(await aggregates.update('b', {})).toMatchObject({ name: 'b', zone: null })
  })

  it('refuses a name that is taken, an aggregate unknown, and options unknown', async () => {
    const { aggregates } = await withHosts()
    await aggregates.create({ name: 'a' })
    await aggregates.create({ name: 'b' })
    await expect(aggregates.update('a', { name: 'b' })).rejects.toMatchObject({ code: 'aggregate.exists' })
    expect(await aggregates.update('a', { name: 'a' })).toMatchObject({ name: 'a' })
    await expect(aggregates.update('c', { name: 'd' })).rejects.toMatchObject({ code: 'aggregate.not_found' })
    await expect(aggregates.update('a', { hosts: [] } as never)).rejects.toThrow('there is no option "hosts".')
    await expect(aggregates.get(TEN_MEGABYTES)).rejects.toThrow(/^.{1,100}$/)
  })

  it('adds, replaces and removes metadata, the zone among it', async () => {
    const { aggregates } = await withHosts()
    await aggregates.create({ name: 'a', zone: 'n' })
    expect(await aggregates.setMetadata('a', { x: '1', y: '2' })).toMatchObject({
      zone: 'n',
      metadata: { availability_zone: 'n', x: '1', y: '2' },
    })
    const changed = await aggregates.setMetadata('a', { x: null, y: '3', never: null, availability_zone: ' m ' })
    expect(changed).toMatchObject({ zone: 'm', metadata: { availability_zone: 'm', y: '3' } })
    expect(await aggregates.get('a')).toEqual(changed)
    expect(Object.keys(changed.metadata)).toHaveLength(2)
    expect(await aggregates.setMetadata('a', { availability_zone: null })).toMatchObject({ zone: null })
  })

  it.each([
    ['a number', { x: 1 }, 'metadata must have texts for values.'],
    ['a key that reaches the prototype', JSON.parse('{"__proto__":"x"}'), 'metadata must not have the key __proto__.'],
    ['a long value', { x: TEN_MEGABYTES }, 'metadata must have values of at most 255 characters.'],
    ['a zone with a colon', { availability_zone: 'a:b' }, 'availability_zone must not have a colon.'],
    ['nothing', null, 'metadata must be an object of texts.'],
  ])('refuses metadata that is %s', async (_, metadata, sentence) => {
    const { aggregates } = await withHosts()
    await aggregates.create({ name: 'a' })
    await expect(aggregates.setMetadata('a', metadata as never)).rejects.toThrow(sentence)
  })

  it('counts metadata after it is merged', async () => {
    const { aggregates } = await withHosts()
    const many = (from: number) => Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${from + at}`, '']))
    await aggregates.create({ name: 'a' })
    await aggregates.setMetadata('a', many(0))
    await expect(aggregates.setMetadata('a', many(100))).rejects.toThrow('metadata must have at most 128 keys')
  })

  it('loses no metadata when many set it at once', async () => {
    const { aggregates } = await withHosts()
    await aggregates.create({ name: 'a' })
    await Promise.all(Array.from({ length: 16 }, (_, at) => aggregates.setMetadata('a', { [`k${at}`]: '' })))
    expect(Object.keys((await aggregates.get('a')).metadata)).toHaveLength(16)
  })
})

describe('aggregates: hosts', () => {
  it('takes hosts in and lets them go, and placement follows', async () => {
    const { here, aggregates } = await withHosts('h1', 'h2')
    const provider = await addHost(here, 'h3')
    const elsewhere = id<AggregateId>('given by somebody in placement')
    here.ledger.known.set(provider, [elsewhere])
    const a = await aggregates.create({ name: 'a' })
    const b = await aggregates.create({ name: 'b' })
    expect((await aggregates.addHost('a', 'h3')).hosts).toEqual(['h3'])
    expect((await aggregates.addHost('a', 'h1')).hosts).toEqual(['h1', 'h3'])
    await aggregates.addHost('b', 'h3')
    expect(here.ledger.known.get(provider)).toEqual([elsewhere, a.id, b.id])
    expect(
      (await here.deps.global.read((tx) => aggregatesOfHost(tx, id<HostName>('h3')))).map(({ name }) => name),
    ).toEqual(['a', 'b'])
    expect((await aggregates.removeHost('a', 'h3')).hosts).toEqual(['h1'])
    expect(here.ledger.known.get(provider)).toEqual([elsewhere, b.id])
    expect((await aggregates.get('a')).hosts).toEqual(['h1'])
  })

  it('refuses hosts unknown, hosts twice, and hosts that are not in it', async () => {
    const { aggregates } = await withHosts('h1', 'h2')
    await aggregates.create({ name: 'a' })
    await aggregates.addHost('a', 'h1')
    await expect(aggregates.addHost('a', 'h1')).rejects.toMatchObject({ code: 'aggregate.host_exists' })
    await expect(aggregates.addHost('a', 'h9')).rejects.toMatchObject({ code: 'host.not_found' })
    await expect(aggregates.removeHost('a', 'h2')).rejects.toMatchObject({ code: 'host.not_found' })
    await expect(aggregates.addHost('z', 'h1')).rejects.toMatchObject({ code: 'aggregate.not_found' })
    await expect(aggregates.addHost('a', TEN_MEGABYTES)).rejects.toThrow(/^.{1,100}$/)
  })

  it('is deleted only without hosts', async () => {
    const { here, aggregates } = await withHosts('h1')
    const { id: aggregate } = await aggregates.create({ name: 'a' })
    await aggregates.addHost('a', 'h1')
    await expect(aggregates.delete('a')).rejects.toMatchObject({ code: 'aggregate.has_hosts' })
    await aggregates.removeHost('a', 'h1')
    await aggregates.delete('a')
    await expect(aggregates.delete(aggregate)).rejects.toMatchObject({ code: 'aggregate.not_found' })
    expect(await here.deps.global.read(aggregateStates)).toEqual([])
  })

  it('leaves placement as it was when it refuses', async () => {
    const { here, aggregates } = await withHosts()
    const provider = await addHost(here, 'h1')
    await aggregates.create({ name: 'a', zone: 'n' })
    await aggregates.create({ name: 'b', zone: 'm' })
    await aggregates.addHost('a', 'h1')
    const before = here.ledger.known.get(provider)
    await expect(aggregates.addHost('b', 'h1')).rejects.toMatchObject({ code: 'aggregate.other_zone' })
    expect(here.ledger.known.get(provider)).toEqual(before)
  })
})

describe('aggregates: a host has one zone', () => {
  it('whichever way the second would come', async () => {
    const { aggregates } = await withHosts('h1', 'h2')
    await aggregates.create({ name: 'north', zone: 'n' })
    await aggregates.create({ name: 'south', zone: 's' })
    await aggregates.create({ name: 'plain' })
    await aggregates.addHost('north', 'h1')
    await aggregates.addHost('plain', 'h1')
    const refused = { code: 'aggregate.other_zone', message: 'Host h1 is in zone n already; a host has one zone.' }
    await expect(aggregates.addHost('south', 'h1')).rejects.toMatchObject(refused)
    await expect(aggregates.update('plain', { zone: 's' })).rejects.toMatchObject(refused)
    await expect(aggregates.setMetadata('plain', { availability_zone: 's' })).rejects.toMatchObject(refused)
    expect(await aggregates.get('plain')).toMatchObject({ zone: null })
  })

  it('that several aggregates may make, and that may change where only one does', async () => {
    const { aggregates } = await withHosts('h1')
    await aggregates.create({ name: 'north', zone: 'n' })
    await aggregates.create({ name: 'also north', zone: 'n' })
    await aggregates.addHost('north', 'h1')
    await aggregates.addHost('also north', 'h1')
    await aggregates.removeHost('also north', 'h1')
    expect(await aggregates.update('north', { zone: 'm' })).toMatchObject({ zone: 'm' })
  })

  it('even when it is added to several at once', async () => {
    const { here, aggregates } = await withHosts('h1')
    const names = Array.from({ length: 8 }, (_, at) => `a${at}`)
    for (const name of names) await aggregates.create({ name, zone: name })
    const answers = await Promise.allSettled(names.map((name) => aggregates.addHost(name, 'h1')))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await here.deps.global.read((tx) => aggregatesOfHost(tx, id<HostName>('h1')))).toHaveLength(1)
  })
})

describe('zones', () => {
  async function withZones(): Promise<{ here: Stand; cell: CellStore; aggregates: AggregateVerbs }> {
    const { here, aggregates } = await withHosts('h1', 'h2', 'h3')
    const cell = await addCell(here)
    for (const host of ['h1', 'h2', 'h3'])
      await cell.write((tx) => welcomeHost(tx, { host: id<HostName>(host), boot: 'boot', nodes: [], publicKey: null }))
    await aggregates.create({ name: 'north', zone: 'n' })
    await aggregates.addHost('north', 'h1')
    return { here, cell, aggregates }
  }

  const change = (cell: CellStore, host: string, to: Partial<HostRow>): Promise<unknown> =>
    cell.write((tx) => changeHost(tx, id<HostName>(host), to))

  it('are shown to everybody, with those hosts in none as the default one', async () => {
    const { here } = await withZones()
    expect(await zoneVerbs(here.deps, reader).list()).toEqual([
      { name: 'n', available: true },
      { name: 'nova', available: true },
    ])
  })

  it('show their hosts to administrators', async () => {
    const { here } = await withZones()
    expect(await zoneVerbs(here.deps, admin).list({ detailed: true })).toEqual([
      { name: 'n', available: true, hosts: ['h1'] },
      { name: 'nova', available: true, hosts: ['h2', 'h3'] },
    ])
    await expect(zoneVerbs(here.deps, member).list({ detailed: true })).rejects.toMatchObject({
      code: 'policy.forbidden',
    })
    await expect(zoneVerbs(here.deps, member).list({ all: true } as never)).rejects.toThrow('there is no option "all".')
  })

  it.each([
    ['disabled', { enabled: 0 }],
    ['forced down', { forced_down: 1 }],
    ['not heard of for long', { last_seen_at: 0 }],
  ])('are not available when all their hosts are %s', async (_, to) => {
    const { here, cell } = await withZones()
    await change(cell, 'h1', to)
    await change(cell, 'h2', to)
    expect(await zoneVerbs(here.deps, reader).list()).toEqual([
      { name: 'n', available: false },
      { name: 'nova', available: true },
    ])
  })

  it('are not available when nothing was heard of their hosts for a minute', async () => {
    const { here } = await withZones()
    await here.clock.advance(seconds(61))
    expect(await zoneVerbs(here.deps, reader).list()).toEqual([
      { name: 'n', available: false },
      { name: 'nova', available: false },
    ])
  })

  it('are not available when their cell does not answer', async () => {
    const { here, cell } = await withZones()
    vi.spyOn(cell, 'read').mockRejectedValue(storageErrors.unreachable({}))
    expect(await zoneVerbs(here.deps, reader).list()).toEqual([
      { name: 'n', available: false },
      { name: 'nova', available: false },
    ])
  })

  it('are there without hosts, and gone with their aggregate', async () => {
    const { here, aggregates } = await withZones()
    await aggregates.create({ name: 'empty', zone: 'e' })
    expect((await zoneVerbs(here.deps, reader).list())[0]).toEqual({ name: 'e', available: false })
    expect(await here.deps.global.read((tx) => zoneExists(tx, 'e'))).toBe(true)
    expect(await here.deps.global.read((tx) => zoneExists(tx, 'nova'))).toBe(true)
    await aggregates.delete('empty')
    expect(await here.deps.global.read((tx) => zoneExists(tx, 'e'))).toBe(false)
  })
})
