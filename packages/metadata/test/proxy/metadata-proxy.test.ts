import { describe, expect, it } from 'vitest'
import { id, millis, silentLog, type NetworkId, type Nic, type ProjectId, type ServerId } from '@novakit/core'
import { serve } from '@novakit/http-kit'
import { guestsByAddress } from '../../src/proxy/guests-by-address.ts'
import { linkLocalOf } from '../../src/proxy/link-local.ts'
import { metadataProxy, type MetadataProxyOptions } from '../../src/proxy/metadata-proxy.ts'
import { metadataService } from '../../src/service/metadata-service.ts'
import { signedByEither } from '../../src/service/signed-by-either.ts'
import { signedByProxy } from '../../src/service/signed-by-proxy.ts'
import { aServer } from '../support/server.ts'
import { asking } from '../support/ask.ts'
import { sourceOf } from '../support/source.ts'

const secret = 'a secret of thirty-two bytes or more'
const mine = aServer()
const find = guestsByAddress([
  { server: mine.server, project: mine.project, addresses: ['10.0.0.5', '2001:DB8:0::5'], mac: 'fa:16:3e:9c:bf:3d' },
])
const path = '/openstack/latest/meta_data.json'

async function withService(
  work: (upstream: string, source: ReturnType<typeof sourceOf>) => Promise<void>,
): Promise<void> {
  const source = sourceOf(mine)
  const service = metadataService({ source, identify: signedByProxy({ secret }) })
  const server = await serve(service, { host: '127.0.0.1', port: 0, log: silentLog })
  try {
    await work(server.url, source)
  } finally {
    await server.close()
  }
}

describe('the proxy in a network’s namespace', () => {
  it('finds a guest by its address, signs for it, and passes the answer on', async () => {
    await withService(async (upstream, source) => {
      const proxy = metadataProxy({ upstream, secret, find })
      for (const from of ['10.0.0.5', '::ffff:10.0.0.5', '2001:db8::5', 'fe80::f816:3eff:fe9c:bf3d%tap0']) {
        const { status, text } = await asking(proxy, from)(path)
        expect([from, status, JSON.parse(text).uuid]).toEqual([from, 200, mine.server])
      }
      expect(await asking(proxy)('/latest/user-data?x')).toMatchObject({ status: 200, text: '#!/bin/sh\necho hello\n' })
      expect(await asking(proxy)('/openstack/latest/password', { method: 'POST', body: 'sealed' })).toMatchObject({
        status: 200,
      })
      expect(source.said.get(mine.server)).toBe('sealed')
      expect(await asking(proxy)('/nope')).toMatchObject({ status: 404, text: '' })
    })
  })

  it('names its network and the address where it does not know guests itself', async () => {
    const source = sourceOf(mine)
    const networksOf = async (network: string) => [id<NetworkId>(network)]
    const service = metadataService({ source, identify: signedByEither({ secret, networksOf }) })
    const [{ network }] = mine.nics as [Nic]
    const through = (proxied: NetworkId, from: string) =>
      asking(metadataProxy({ upstream: 'http://x', secret, network: proxied, send: async (one) => service(one) }), from)
    const headers = { 'x-instance-id': 'other', 'x-tenant-id': 'other', 'x-metadata-provider': 'other' }
    expect(await through(network, '10.0.0.5')(path, { headers })).toMatchObject({ status: 200 })
    expect(await through(network, '10.0.0.66')(path)).toMatchObject({ status: 404, text: '' })
    expect(await through(id('elsewhere'), '10.0.0.5')(path)).toMatchObject({ status: 404, text: '' })
  })

  it('S-MD-4: leaves behind what a guest says of itself', async () => {
    await withService(async (upstream) => {
      const forged = {
        'x-instance-id': 'other',
        'x-tenant-id': 'other',
        'x-instance-id-signature': 'f'.repeat(64),
        'x-forwarded-for': '1.2.3.4',
        authorization: 'Basic x',
        cookie: 'a=b',
      }
      const sent: Request[] = []
      const proxy = metadataProxy({
        upstream,
        secret,
        find,
        send: (request) => (sent.push(request.clone()), fetch(request)),
      })
      expect(await asking(proxy)(path, { headers: forged })).toMatchObject({ status: 200 })
      expect([...sent[0]!.headers.keys()].toSorted()).toEqual([
        'x-forwarded-for',
        'x-instance-id',
        'x-instance-id-signature',
        'x-tenant-id',
      ])
      expect(sent[0]!.headers.get('x-instance-id')).toBe(mine.server)
    })
  })

  it('asks nobody for an address that nobody has', async () => {
    const proxy = metadataProxy({ upstream: 'http://127.0.0.1:9', secret, find, send: () => expect.unreachable() })
    expect(await asking(proxy, '10.0.0.66')(path)).toMatchObject({ status: 404, text: '' })
    expect(await asking(proxy, null)(path)).toMatchObject({ status: 404 })
  })

  it('is 503 where the service is not there or too slow, and where it cannot find out who asks', async () => {
    expect(await asking(metadataProxy({ upstream: 'http://127.0.0.1:9', secret, find }))(path)).toMatchObject({
      status: 503,
      text: '',
    })
    const never = (request: Request) =>
      new Promise<Response>((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('late'))))
    expect(
      await asking(metadataProxy({ upstream: 'http://x', secret, find, send: never, timeout: millis(5) }))(path),
    ).toMatchObject({ status: 503 })
    const broken = () => Promise.reject(new Error('down'))
    expect(await asking(metadataProxy({ upstream: 'http://x', secret, find: broken }))(path)).toMatchObject({
      status: 503,
    })
  })

  it('S-SSRF-2: follows nobody elsewhere, and takes no endless answer or question', async () => {
    const to = (response: Response) =>
      asking(metadataProxy({ upstream: 'http://x', secret, find, send: async () => response }))(path)
    expect(await to(new Response(null, { status: 302, headers: { location: 'http://127.0.0.1/' } }))).toMatchObject({
      status: 502,
    })
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) })
    expect(await to(new Response(endless))).toMatchObject({ status: 502 })
    const proxy = metadataProxy({ upstream: 'http://x', secret, find, send: () => expect.unreachable() })
    expect(await asking(proxy)(path, { method: 'POST', body: 'x'.repeat(5000) })).toMatchObject({ status: 413 })
  })

  it('does not start without just one way to name guests', () => {
    const both = { upstream: 'http://x', secret }
    const networks = ['', 'a\nb', 'a,b', 'a b', 'é', 'x'.repeat(256)].map((network) => ({
      ...both,
      network: id(network),
    }))
    for (const wrong of [both, { ...both, find, network: id('n') }, ...networks]) {
      expect(() => metadataProxy(wrong as MetadataProxyOptions)).toThrow(
        expect.objectContaining({ code: 'metadata_service.invalid_option' }),
      )
    }
  })

  it('S-MD-3: does not start without a secret, or without a service to ask', () => {
    expect(() => metadataProxy({ upstream: 'http://x', secret: '', find })).toThrow(
      expect.objectContaining({ code: 'metadata_service.weak_secret' }),
    )
    for (const upstream of ['', 'file:///etc/passwd', 'x']) {
      expect(() => metadataProxy({ upstream, secret, find })).toThrow(
        expect.objectContaining({ code: 'metadata_service.invalid_option' }),
      )
    }
  })
})

describe('the list of guests', () => {
  it('knows nobody at an address that two of them have', async () => {
    const port = { server: id<ServerId>('1'), project: id<ProjectId>('p'), addresses: ['10.0.0.5', '10.0.0.5'] }
    expect(await guestsByAddress([port])('10.0.0.5')).toMatchObject({ server: '1' })
    expect(await guestsByAddress([port, { ...port, server: id<ServerId>('2') }])('10.0.0.5')).toBeNull()
  })

  it('makes a link-local address of a MAC address as the guest does', () => {
    expect(linkLocalOf('fa:16:3e:9c:bf:3d')).toBe('fe80::f816:3eff:fe9c:bf3d')
    expect(linkLocalOf('02-00-00-00-00-01')).toBe('fe80::ff:fe00:1')
    expect(linkLocalOf('nonsense')).toBeNull()
  })
})
