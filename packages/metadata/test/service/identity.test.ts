import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { id, type NetworkId, type ProjectId, type ServerId } from '@novakit/core'
import { byProvider } from '../../src/service/by-provider.ts'
import { bySourceAddress } from '../../src/service/by-source-address.ts'
import { metadataService } from '../../src/service/metadata-service.ts'
import { signedByEither } from '../../src/service/signed-by-either.ts'
import { signedByProxy } from '../../src/service/signed-by-proxy.ts'
import { aNic, aServer } from '../support/server.ts'
import { asking } from '../support/ask.ts'
import { sourceOf } from '../support/source.ts'

const secret = 'a secret of thirty-two bytes or more'
const mine = aServer()
const other = aServer({
  server: id<ServerId>('00000000-0000-4000-8000-000000000002'),
  project: id<ProjectId>('another'),
  nics: [],
})
const source = sourceOf(mine, other)
const path = '/openstack/latest/meta_data.json'

const sign = (text: string, by = secret) => createHmac('sha256', by).update(text).digest('hex')
const signed = (server: string, project: string, signature = sign(server)) => ({
  'x-instance-id': server,
  'x-tenant-id': project,
  'x-instance-id-signature': signature,
  'x-forwarded-for': '10.0.0.5',
})

describe('a server that Neutron’s proxy has signed for', () => {
  const ask = asking(metadataService({ source, identify: signedByProxy({ secret }) }))
  const status = async (headers: Record<string, string> | [string, string][]) => (await ask(path, { headers })).status

  it('is shown what is its own', async () => {
    const { status, text } = await ask(path, { headers: signed(mine.server, mine.project) })
    expect([status, (JSON.parse(text) as { uuid: string }).uuid]).toEqual([200, mine.server])
  })

  it('S-MD-1: is not found with another’s project, signed or not, and there is no body', async () => {
    expect(await ask(path, { headers: signed(other.server, mine.project) })).toMatchObject({ status: 404, text: '' })
    expect(await ask(path, { headers: signed(mine.server, 'another') })).toMatchObject({ status: 404, text: '' })
    expect(await ask(path, { headers: signed('no-such-server', mine.project) })).toMatchObject({
      status: 404,
      text: '',
    })
  })

  it('S-MD-1: is not found with another’s project either after its owner was served from memory', async () => {
    expect(await status(signed(mine.server, mine.project))).toBe(200)
    expect(await status(signed(mine.server, other.project))).toBe(404)
    expect(await status(signed(mine.server, mine.project))).toBe(200)
  })

  it.each([
    ['of another server', sign(other.server)],
    ['by another secret', sign(mine.server, 'another secret of thirty-two bytes!')],
    ['by no secret', sign(mine.server, '')],
    ['too short', sign(mine.server).slice(2)],
    ['too long', `${sign(mine.server)}00`],
    ['in capital letters', sign(mine.server).toUpperCase()],
    ['no hexadecimal number', 'z'.repeat(64)],
    ['not ASCII', 'é'.repeat(64)],
    ['empty', ''],
    ['said twice', `${sign(mine.server)}, ${sign(mine.server)}`],
  ])('S-MD-2: is refused with a signature that is %s', async (_, signature) => {
    expect(await ask(path, { headers: signed(mine.server, mine.project, signature) })).toMatchObject({
      status: 403,
      text: '',
    })
  })

  it('S-MD-2: is refused, and nothing fails, with whatever stands in the headers', async () => {
    const value = fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)) })
    await fc.assert(
      fc.asyncProperty(value, value, value, async (server, project, signature) => {
        const headers = { 'x-instance-id': server, 'x-tenant-id': project, 'x-instance-id-signature': signature }
        expect([400, 403]).toContain(await status(headers))
        expect([400, 403]).toContain(await status(signed(mine.server, mine.project, signature)))
        expect([400, 404]).toContain(await status(signed(server, project)))
      }),
    )
  })

  it.each(['x-instance-id', 'x-tenant-id', 'x-instance-id-signature'])('is refused without %s', async (name) => {
    const { [name]: _, ...rest } = signed(mine.server, mine.project) as Record<string, string>
    expect(await status(rest)).toBe(400)
  })

  it.each(['x-instance-id', 'x-tenant-id'])(
    'S-MD-4: is refused with %s twice, the forged one first or last',
    async (name) => {
      const right = Object.entries(signed(mine.server, mine.project))
      expect(await status([[name, 'forged'], ...right])).toBe(400)
      expect(await status([...right, [name, 'forged']])).toBe(400)
      expect(await status([...right, [name, mine.server]])).toBe(400)
    },
  )

  it('is refused with an id or project of absurd length', async () => {
    const long = 'a'.repeat(5000)
    expect(await status(signed(long, mine.project))).toBe(400)
    expect(await status(signed(mine.server, long))).toBe(400)
  })

  it('may be signed for by the old secret while the new one takes its place', async () => {
    const next = 'the next secret, of thirty-two bytes'
    const both = asking(metadataService({ source, identify: signedByProxy({ secret: [next, secret] }) }))
    expect((await both(path, { headers: signed(mine.server, mine.project) })).status).toBe(200)
    expect((await both(path, { headers: signed(mine.server, mine.project, sign(mine.server, next)) })).status).toBe(200)
  })

  it.each<[string, unknown]>([
    ['empty', ''],
    ['missing', undefined],
    ['an empty list', []],
    ['short', 'x'.repeat(31)],
    ['among good ones', [secret, '']],
    ['no text', 32],
  ])('S-MD-3: is not served at all where the secret is %s', (_, wrong) => {
    expect(() => signedByProxy({ secret: wrong as string })).toThrow(
      expect.objectContaining({ code: 'metadata_service.weak_secret' }),
    )
  })
})

describe('a server that is known by its address', () => {
  const network = aNic().network
  const handler = metadataService({
    source,
    identify: bySourceAddress({ networks: [network], trustedProxies: ['192.0.2.0/24', '2001:db8::1'] }),
  })
  const status = async (from: string | null, headers: Record<string, string> = {}) =>
    (await asking(handler, from)(path, { headers })).status

  it('is found, however the socket writes it', async () => {
    expect(await status('10.0.0.5')).toBe(200)
    expect(await status('::ffff:10.0.0.5')).toBe(200)
    expect(await status('10.0.0.6')).toBe(404)
    expect(await status(null)).toBe(404)
    expect(await status('unix')).toBe(404)
  })

  it('is not found in another network that has the same addresses', async () => {
    const elsewhere = bySourceAddress({ networks: [id<NetworkId>('other')] })
    expect((await asking(metadataService({ source, identify: elsewhere }))(path)).status).toBe(404)
  })

  it('S-MD-4: is believed nothing that it says of itself', async () => {
    expect(await status('10.0.0.66', signed(mine.server, mine.project))).toBe(404)
    expect(await status('10.0.0.66', { 'x-forwarded-for': '10.0.0.5' })).toBe(404)
    expect(await status('10.0.0.5', { 'x-forwarded-for': '10.0.0.66', 'x-instance-id': other.server })).toBe(200)
  })

  it('S-MD-4: is believed what a trusted proxy says, and one address only', async () => {
    expect(await status('192.0.2.7', { 'x-forwarded-for': '10.0.0.5' })).toBe(200)
    expect(await status('2001:db8::1', { 'x-forwarded-for': '10.0.0.5' })).toBe(200)
    expect(await status('192.0.2.7', { 'x-forwarded-for': '10.0.0.5, 10.0.0.66' })).toBe(400)
    expect(await status('192.0.2.7', { 'x-forwarded-for': 'localhost' })).toBe(400)
    expect(await status('192.0.2.7')).toBe(400)
    expect(await status('192.0.3.7', { 'x-forwarded-for': '10.0.0.5' })).toBe(404)
  })

  it('must be trusted by what is a network', () => {
    for (const wrong of ['10.0.0.0/33', 'proxy.example', '', '10.0.0.0/x']) {
      expect(() => bySourceAddress({ networks: [], trustedProxies: [wrong] })).toThrow(
        expect.objectContaining({ code: 'metadata_service.invalid_option' }),
      )
    }
  })

  it('is refused where two of the networks have its address', async () => {
    const twin = { ...sourceOf(mine), serverAt: async () => mine.server }
    const identify = bySourceAddress({ networks: [id<NetworkId>('one'), id<NetworkId>('two')] })
    expect((await asking(metadataService({ source: twin, identify }))(path)).status).toBe(400)
  })
})

describe('a server behind a load balancer', () => {
  const identify = byProvider({
    secret,
    networksOf: async (provider) => (provider === 'edge-1' ? [aNic().network] : []),
  })
  const ask = asking(metadataService({ source, identify }))
  const from = (address: string, given: Record<string, string> = {}) => ({
    'x-metadata-provider': 'edge-1',
    'x-metadata-provider-signature': sign('edge-1'),
    'x-forwarded-for': address,
    ...given,
  })

  it('is found by the provider’s networks and the one address', async () => {
    expect((await ask(path, { headers: from('10.0.0.5') })).status).toBe(200)
    expect((await ask(path, { headers: from('10.0.0.66') })).status).toBe(404)
  })

  it('S-MD-4: is refused without a signature of the provider, with a list of addresses, with an unknown provider', async () => {
    const { 'x-metadata-provider-signature': _, ...unsigned } = from('10.0.0.5')
    expect((await ask(path, { headers: unsigned })).status).toBe(400)
    expect(
      (await ask(path, { headers: from('10.0.0.5', { 'x-metadata-provider-signature': sign('edge-2') }) })).status,
    ).toBe(403)
    expect((await ask(path, { headers: from('10.0.0.5, 10.0.0.66') })).status).toBe(400)
    const unknown = { 'x-metadata-provider': 'edge-2', 'x-metadata-provider-signature': sign('edge-2') }
    expect((await ask(path, { headers: from('10.0.0.5', unknown) })).status).toBe(400)
  })

  it('S-MD-3: is not served at all without a secret', () => {
    expect(() => byProvider({ secret: '', networksOf: async () => [] })).toThrow(
      expect.objectContaining({ code: 'metadata_service.weak_secret' }),
    )
  })
})

describe('a host app that knows who asks', () => {
  it('says so itself', async () => {
    const identify = async (request: Request) => ({
      kind: 'server' as const,
      server: id<ServerId>(request.headers.get('x-guest') ?? ''),
      project: null,
    })
    const ask = asking(metadataService({ source, identify }), null)
    expect((await ask(path, { headers: { 'x-guest': other.server } })).status).toBe(200)
    expect((await ask(path)).status).toBe(404)
  })
})

describe('a service behind proxies of both kinds', () => {
  const networksOf = async (network: string) => [id<NetworkId>(network)]
  const ask = asking(
    metadataService({ source, identify: signedByEither({ secret: [secret, 'x'.repeat(32)], networksOf }) }),
  )
  const named = {
    'x-instance-id': mine.server,
    'x-tenant-id': mine.project,
    'x-instance-id-signature': sign(mine.server),
  }
  const { network } = aNic()
  const passed = (by: string, from = '10.0.0.5') => ({
    'x-metadata-provider': by,
    'x-metadata-provider-signature': sign(by),
    'x-forwarded-for': from,
  })

  it('takes either signature', async () => {
    expect((await ask(path, { headers: named })).status).toBe(200)
    expect((await ask(path, { headers: passed(network) })).status).toBe(200)
    expect((await ask(path, { headers: passed(network, '10.0.0.66') })).status).toBe(404)
  })

  it('S-MD-4: refuses both at once, a signature for something else, and none', async () => {
    expect((await ask(path, { headers: { ...named, ...passed(network) } })).status).toBe(400)
    const borrowed = { ...passed(network), 'x-metadata-provider-signature': sign(mine.server) }
    expect((await ask(path, { headers: borrowed })).status).toBe(403)
    expect((await ask(path, { headers: { 'x-forwarded-for': '10.0.0.5' } })).status).toBe(400)
  })

  it('S-MD-3: does not start without a secret', () => {
    expect(() => signedByEither({ secret: '', networksOf })).toThrow(
      expect.objectContaining({ code: 'metadata_service.weak_secret' }),
    )
  })
})
