import { describe, expect, it } from 'vitest'
import { id, type ServerId } from '@novakit/core'
import { bySourceAddress } from '../../src/service/by-source-address.ts'
import { metadataService } from '../../src/service/metadata-service.ts'
import { aNic, aServer } from '../support/server.ts'
import { asking } from '../support/ask.ts'
import { sourceOf } from '../support/source.ts'

const path = '/openstack/2013-04-04/password'
const post = (body: NonNullable<RequestInit['body']>) => ({ method: 'POST', body })

function world() {
  const neighbour = aServer({
    server: id<ServerId>('00000000-0000-4000-8000-000000000002'),
    nics: [aNic({ fixedIps: [{ ...aNic().fixedIps[0]!, address: '10.0.0.6' }] })],
  })
  const source = sourceOf(aServer(), neighbour)
  const handler = metadataService({ source, identify: bySourceAddress({ networks: [aNic().network] }) })
  return {
    source,
    neighbour,
    ask: asking(handler),
    asNeighbour: asking(handler, '10.0.0.6'),
    asStranger: asking(handler, '10.0.0.7'),
  }
}

describe('S-GST-1: the password that a guest posts', () => {
  it('is kept once and read back, and a second one is refused', async () => {
    const { ask } = world()
    expect(await ask(path)).toMatchObject({ status: 200, text: '' })
    expect(await ask(path, post('c2VhbGVk'))).toMatchObject({ status: 200, text: '' })
    expect(await ask(path)).toMatchObject({ status: 200, text: 'c2VhbGVk' })
    expect(await ask(path, post('again'))).toMatchObject({ status: 409, text: '' })
    expect((await ask(path)).text).toBe('c2VhbGVk')
  })

  it('is one, of two that come at the same moment', async () => {
    const { ask, source } = world()
    const statuses = await Promise.all([ask(path, post('one')), ask(path, post('two'))])
    expect(statuses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(source.said.size).toBe(1)
  })

  it('is its own: a neighbour has none, and a stranger can post none', async () => {
    const { ask, asNeighbour, asStranger, source } = world()
    await ask(path, post('mine'))
    expect((await asNeighbour(path)).text).toBe('')
    expect(await asStranger(path, post('x'))).toMatchObject({ status: 404 })
    expect([...source.said.keys()]).toEqual([aServer().server])
  })

  it('has at most 1020 bytes, whatever is said of its length', async () => {
    const { ask, source } = world()
    expect((await ask(path, post('x'.repeat(1021)))).status).toBe(400)
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(600).fill(120)) })
    const init = { ...post(endless), duplex: 'half' } as RequestInit
    expect((await ask(path, init)).status).toBe(400)
    expect(source.said.size).toBe(0)
    expect((await ask(path, post('x'.repeat(1020)))).status).toBe(200)
  })

  it('is text', async () => {
    const { ask, source } = world()
    expect((await ask(path, post(Uint8Array.of(0xff, 0xfe)))).status).toBe(400)
    expect((await ask(path, { method: 'POST' })).status).toBe(400)
    expect(source.said.size).toBe(0)
  })

  it('is the only thing that a guest can say, by POST and from 2013-04-04 on', async () => {
    const { ask } = world()
    expect((await ask(path, { method: 'PUT', body: 'x' })).status).toBe(405)
    expect((await ask(path, { method: 'DELETE' })).status).toBe(405)
    expect((await ask('/openstack/2012-08-10/password', post('x'))).status).toBe(404)
    expect((await ask('/openstack/latest/user_data', post('x'))).status).toBe(405)
  })
})
