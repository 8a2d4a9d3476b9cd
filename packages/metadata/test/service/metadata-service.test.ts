import { describe, expect, it } from 'vitest'
import { cellErrors, id, instant, manualClock, seconds, type FirstBootSource } from '@novakit/core'
import { metadataService, type MetadataServiceOptions } from '../../src/service/metadata-service.ts'
import { bySourceAddress } from '../../src/service/by-source-address.ts'
import { aNic, aServer } from '../support/server.ts'
import { asking } from '../support/ask.ts'
import { sourceOf } from '../support/source.ts'

const network = aNic().network
const identify = bySourceAddress({ networks: [network] })

function serviceOf(options: Partial<MetadataServiceOptions> = {}) {
  return asking(metadataService({ source: sourceOf(aServer()), identify, ...options }))
}

describe('the trees', () => {
  it('are listed by version: EC2’s to everybody, OpenStack’s to guests', async () => {
    const handler = metadataService({ source: sourceOf(aServer()), identify })
    const stranger = asking(handler, '10.0.0.66')
    const ec2 =
      '1.0\n2007-01-19\n2007-03-01\n2007-08-29\n2007-10-10\n2007-12-15\n2008-02-01\n2008-09-01\n2009-04-04\nlatest'
    expect(await stranger('/')).toMatchObject({ status: 200, text: ec2 })
    expect(await stranger('/openstack')).toMatchObject({ status: 404, text: '' })
    const openstack = await asking(handler)('/openstack')
    expect(openstack.text.split('\n').slice(0, 2)).toEqual(['2012-08-10', '2013-04-04'])
    expect(openstack.text.split('\n').at(-1)).toBe('latest')
  })

  it('hide versions of the future from the list, and serve them', async () => {
    const ask = serviceOf({ clock: manualClock(instant(Date.UTC(2016, 5, 30, 12))) })
    expect((await ask('/openstack/')).text.split('\n').slice(-2)).toEqual(['2016-06-30', 'latest'])
    expect(await ask('/openstack/2025-04-04/meta_data.json')).toMatchObject({ status: 200 })
  })

  it.each([
    ['/openstack/2012-08-10', 'meta_data.json\nuser_data'],
    ['/openstack/2013-04-04/', 'meta_data.json\nuser_data\npassword'],
    ['/openstack/2013-10-17', 'meta_data.json\nuser_data\npassword\nvendor_data.json'],
    ['/openstack/2015-10-15', 'meta_data.json\nuser_data\npassword\nvendor_data.json\nnetwork_data.json'],
    [
      '/openstack/latest',
      'meta_data.json\nuser_data\npassword\nvendor_data.json\nnetwork_data.json\nvendor_data2.json',
    ],
    ['/latest', 'meta-data/\nuser-data'],
    ['/ec2/latest/', 'meta-data/\nuser-data'],
    ['/1.0/meta-data/hostname', 'web-1.novalocal'],
    ['/2009-04-04/meta-data/public-keys/', '0=mykey'],
    ['/2009-04-04/meta-data/public-keys/0/openssh-key/', aServer().keys[0]!.data],
    ['//latest///meta-data/local-ipv4', '10.0.0.5'],
    ['/latest/meta-data/%70lacement/availability-zone', 'nova'],
    ['/latest/x/%2E%2E/user-data', '#!/bin/sh\necho hello\n'],
    ['/latest/user-data?x=1#y', '#!/bin/sh\necho hello\n'],
  ])('answer GET %s', async (path, text) => {
    expect(await serviceOf()(path)).toMatchObject({ status: 200, text })
  })

  it.each([
    '/openstack/nope',
    '/openstack/latest/nope',
    '/openstack%2flatest/user_data',
    '/openstack/latest%2Fuser_data',
    '/openstack/latest/meta_data.json/x',
    '/openstack/2012-08-10/password',
    '/openstack/2013-10-17/network_data.json',
    '/openstack/content',
    '/openstack/content/0000',
    '/openstack/content/..%2f..%2fetc%2fpasswd',
    '/1999-01-01/meta-data',
    '/latest/meta-data/__proto__',
    '/latest/meta-data/hostname/x',
    '/latest/meta-data/%',
    '/latest/meta-data/%ff%00',
    '/..%2f..%2fetc/passwd',
    '/latest/api/token',
  ])('have nothing at %s', async (path) => {
    expect(await serviceOf()(path)).toMatchObject({ status: 404, text: '' })
  })

  it('tell JSON from text, and want nothing of it kept or guessed', async () => {
    const { headers } = await serviceOf()('/openstack/latest/meta_data.json')
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await serviceOf()('/latest/user-data')).headers.get('content-type')).toMatch(/^text\/plain/)
    expect((await serviceOf()('/latest/user-data')).headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('are read and not written; a token is asked for in vain, so that EC2’s clients go on without', async () => {
    const ask = serviceOf()
    expect(await ask('/openstack/latest/meta_data.json', { method: 'DELETE' })).toMatchObject({ status: 405 })
    expect(await ask('/latest/user-data', { method: 'PUT', body: 'x' })).toMatchObject({ status: 405 })
    expect(await ask('/latest/api/token', { method: 'PUT' })).toMatchObject({ status: 404 })
    expect(await ask('/', { method: 'POST' })).toMatchObject({ status: 405 })
  })

  it('never show the password or the injected files: those are for the drive', async () => {
    const input = aServer({ adminPassword: 's3cret', files: [{ path: '/etc/motd', content: Buffer.from('hi') }] })
    const { text } = await serviceOf({ source: sourceOf(input) })('/openstack/latest/meta_data.json')
    expect(text).toContain('"uuid"')
    expect(text).not.toMatch(/s3cret|admin_pass|files|motd/)
  })

  it('show the old network configuration as content', async () => {
    const ask = serviceOf({ source: sourceOf(aServer({ interfacesFile: 'auto lo\n' })) })
    expect(await ask('/openstack/content/0000')).toMatchObject({ status: 200, text: 'auto lo\n' })
    expect(await ask('/openstack/content/0000/x')).toMatchObject({ status: 404 })
  })

  it('give user data back byte for byte', async () => {
    const userData = Uint8Array.from({ length: 256 }, (_, index) => index)
    const handler = metadataService({ source: sourceOf(aServer({ userData })), identify })
    const response = await handler(new Request('http://x/openstack/latest/user_data'), { remoteAddress: '10.0.0.5' })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(userData)
  })
})

describe('a store that does not answer', () => {
  const failing = (error: Error): FirstBootSource => ({
    ...sourceOf(aServer()),
    byServer: () => Promise.reject(error),
  })

  it('is 503 and to be asked again, never 404: a guest would give up for good', async () => {
    const ask = serviceOf({ source: failing(cellErrors.unavailable({ cell: 'cell1' })) })
    const answer = await ask('/openstack/latest/meta_data.json')
    expect(answer).toMatchObject({ status: 503, text: '' })
    expect(answer.headers.get('retry-after')).toBe('5')
  })

  it('is 500 where nobody knows why, without the reason', async () => {
    expect(await serviceOf({ source: failing(new Error('secret detail')) })('/latest')).toMatchObject({
      status: 500,
      text: '',
    })
  })

  it('is asked anew for the next request', async () => {
    const source = sourceOf(aServer())
    let down = true
    const sometimes = {
      ...source,
      byServer: (...args: Parameters<typeof source.byServer>) =>
        down ? Promise.reject(cellErrors.unavailable({ cell: 'c' })) : source.byServer(...args),
    }
    const ask = serviceOf({ source: sometimes })
    expect((await ask('/latest')).status).toBe(503)
    down = false
    expect((await ask('/latest')).status).toBe(200)
  })
})

describe('what was looked up', () => {
  it('is another server’s at once where the address is', async () => {
    const [first, second] = [aServer(), aServer({ server: id('another'), userData: Buffer.from('its own') })]
    const source = sourceOf(first, second)
    let has = first.server
    const ask = serviceOf({ source: { ...source, serverAt: async () => has } })
    expect((await ask('/latest/user-data')).text).toBe('#!/bin/sh\necho hello\n')
    has = second.server
    expect((await ask('/latest/user-data')).text).toBe('its own')
    const path = '/openstack/latest/password'
    await ask(path, { method: 'POST', body: 'sealed' })
    expect([...source.said.keys()]).toEqual([second.server])
  })

  it('is shown again for a while, also to those who ask at the same moment', async () => {
    const [source, clock] = [sourceOf(aServer()), manualClock()]
    const ask = serviceOf({ source, clock })
    await Promise.all([ask('/latest'), ask('/openstack/latest/meta_data.json'), ask('/latest')])
    expect(source.asked).toBe(1)
    await clock.advance(seconds(14))
    await ask('/latest')
    expect(source.asked).toBe(1)
    await clock.advance(seconds(2))
    await ask('/latest')
    expect(source.asked).toBe(2)
  })

  it('is not kept at all if so wished, and never when it was not there', async () => {
    const source = sourceOf(aServer())
    const ask = serviceOf({ source, cacheFor: seconds(0) })
    await ask('/latest')
    await ask('/latest')
    expect(source.asked).toBe(2)
    const gone = { ...sourceOf(aServer()), byServer: async () => ((asked += 1), null) }
    let asked = 0
    const inVain = serviceOf({ source: gone })
    await inVain('/latest')
    await inVain('/latest')
    expect(asked).toBe(2)
  })

  it('S-DOS-6: is kept for so many servers and no more, and for no path that is not there', async () => {
    const servers = Array.from({ length: 4 }, (_, index) =>
      aServer({ nics: [aNic({ fixedIps: [{ ...aNic().fixedIps[0]!, address: `10.0.0.${index}` }] })] }),
    )
    const source = sourceOf(...servers)
    const handler = metadataService({ source, identify, cacheMost: 2 })
    for (const index of [0, 1, 2, 3]) await asking(handler, `10.0.0.${index}`)('/latest')
    expect(source.asked).toBe(4)
    await asking(handler, '10.0.0.3')('/latest')
    expect(source.asked).toBe(4)
    await asking(handler, '10.0.0.0')('/latest')
    expect(source.asked).toBe(5)
  })
})

describe('vendor data of services', () => {
  it('is asked for once for a server, and only by whoever reads it', async () => {
    let asked = 0
    const ask = serviceOf({ dynamic: async () => ({ join: { token: ++asked } }) })
    await ask('/openstack/latest/meta_data.json')
    await ask('/openstack/latest/vendor_data.json')
    expect(asked).toBe(0)
    const [one, two] = [
      await ask('/openstack/latest/vendor_data2.json'),
      await ask('/openstack/2016-10-06/vendor_data2.json'),
    ]
    expect(JSON.parse(one.text)).toEqual({ static: aServer().vendorData, join: { token: 1 } })
    expect(two.text).toBe(one.text)
    expect(asked).toBe(1)
  })

  it('that must be there and is not makes guests wait, and is asked for again', async () => {
    let down = true
    const ask = serviceOf({
      dynamic: async () => (down ? Promise.reject(cellErrors.unavailable({ cell: 'x' })) : { a: 1 }),
    })
    expect((await ask('/openstack/latest/vendor_data2.json')).status).toBe(503)
    expect((await ask('/openstack/latest/meta_data.json')).status).toBe(200)
    down = false
    expect((await ask('/openstack/latest/vendor_data2.json')).status).toBe(200)
  })
})
