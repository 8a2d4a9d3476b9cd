import { silentLog } from '@novakit/core'
import { serve } from '@novakit/http-kit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api, type Sent } from './support/open-api.ts'

describe('the transport rules of the Placement API', () => {
  let api: Api
  beforeEach(async () => {
    api = await openApi()
  })
  afterEach(() => api.close())

  test('the root tells its versions to everybody', async () => {
    const { status, json } = await api.send('GET /', { token: null, version: null })
    expect(status).toBe(200)
    expect(json.versions).toEqual([
      {
        id: 'v1.0',
        min_version: '1.0',
        max_version: '1.39',
        status: 'CURRENT',
        links: [{ rel: 'self', href: '' }],
      },
    ])
  })

  test('a body that is too long is refused in the form of all other errors, once it is wanted', async () => {
    const server = await serve(api.handle, { host: '127.0.0.1', port: 0, log: silentLog })
    const send = (path: string, token: string) =>
      fetch(`${server.url}${path}`, {
        method: 'POST',
        body: 'x'.repeat(2 ** 20 + 1),
        headers: {
          'x-auth-token': token,
          'content-type': 'application/json',
          'openstack-api-version': 'placement 1.39',
        },
      })
    const answer = await send('/allocations', 'admin')
    expect([answer.status, answer.headers.get('openstack-api-version')]).toEqual([413, 'placement 1.39'])
    const { errors } = (await answer.json()) as { readonly errors: readonly Readonly<Record<string, unknown>>[] }
    expect(errors[0]).toMatchObject({
      status: 413,
      title: 'Request Entity Too Large',
      code: 'placement.undefined_code',
      detail: expect.stringContaining('longer than 1048576 bytes'),
      request_id: answer.headers.get('x-openstack-request-id'),
    })
    expect((await send('/nowhere', 'admin')).status).toBe(404)
    expect((await send('/allocations', 'nobody')).status).toBe(403)
    await server.close()
  })

  const headers = (named: Readonly<Record<string, string>>): Sent => ({ version: null, headers: named })
  const asked = (text: string): Sent => headers({ 'openstack-api-version': text })
  const refusals: readonly (readonly [title: string, line: string, sent: Sent, status: number, detail: string])[] = [
    ['no token', 'GET /resource_providers', { token: null }, 401, ''],
    ['a version before the first', 'GET /', asked('placement 0.9'), 406, 'Unacceptable version header: 0.9'],
    ['a version after the last', 'GET /', asked('placement 1.40'), 406, 'Unacceptable version header: 1.40'],
    ['no version at all', 'GET /', asked('placement pony.horse'), 400, 'invalid version string: pony.horse'],
    ['a version of three parts', 'GET /', asked('placement 1.2.3'), 400, 'invalid version string: 1.2.3'],
    ['an unknown path', 'GET /barnabas', {}, 404, 'The resource could not be found.'],
    ['a path below a provider', 'GET /resource_providers/x/cows', {}, 404, 'The resource could not be found.'],
    ['an unknown method', 'DELETE /resource_providers', {}, 405, 'The method DELETE is not allowed for this resource.'],
    ['OPTIONS without CORS', 'OPTIONS /', {}, 405, 'The method OPTIONS is not allowed for this resource.'],
    ['another type', 'GET /resource_providers', headers({ accept: 'application/xml' }), 406, ''],
    ['a type refused by weight', 'GET /resource_providers', headers({ accept: 'application/json;q=0' }), 406, 'Only'],
    [
      'a body that is text',
      'POST /resource_providers',
      { raw: 'a', headers: { 'content-type': 'text/plain' } },
      415,
      'text/plain',
    ],
    ['no body', 'PUT /resource_providers/x', {}, 415, 'The media type None is not supported, use application/json'],
    ['JSON cut off', 'POST /resource_providers', { raw: '{"name":' }, 400, 'Malformed JSON:'],
    [
      'JSON that is not UTF-8',
      'POST /resource_providers',
      { raw: Uint8Array.of(0x22, 0xff, 0x22) },
      400,
      'Malformed JSON:',
    ],
    ['a query that is not UTF-8', 'GET /resource_providers?name=%FF', {}, 400, 'Invalid query string parameters'],
    ['a key nobody knows', 'GET /resource_providers?colour=blue', {}, 400, "('colour' was unexpected)"],
  ]
  test.each(refusals)('refuses %s', async (_, line, sent, status, detail) => {
    const answer = await api.send(line, sent)
    expect(answer.status).toBe(status)
    expect(answer.detail).toContain(answer.json?.errors === undefined ? '' : detail)
    expect(answer.headers.get('vary')).toContain('openstack-api-version')
    expect(answer.headers.get('x-openstack-request-id')).toMatch(/^req-/)
  })

  test('a body without a type is refused, one of no length is not', async () => {
    const bare = { 'content-type': '' }
    const long = await api.send('POST /resource_providers', { raw: '{}', headers: { ...bare, 'content-length': '2' } })
    expect([long.status, long.detail]).toEqual([400, expect.stringContaining('content-type header required')])
    const wrong = await api.send('GET /', { headers: { 'content-length': 'hi mom' } })
    expect([wrong.status, wrong.detail]).toEqual([400, expect.stringContaining('must be an integer')])
  })

  test('a version that is not spoken is answered with those that are', async () => {
    const { json } = await api.send('GET /', asked('placement 2.0'))
    expect(json.errors[0]).toMatchObject({
      status: 406,
      title: 'Not Acceptable',
      min_version: '1.0',
      max_version: '1.39',
    })
  })

  test.each([
    ['nothing', null, '1.0'],
    ['latest', 'placement latest', '1.39'],
    ['a version', 'placement 1.17', '1.17'],
    ['versions of several services', 'compute 2.90, placement 1.9', '1.9'],
    ['versions of other services', 'compute 2.90', '1.0'],
  ])('asked for %s it says which version it speaks', async (_, asking, spoken) => {
    const answer = await api.send('GET /', asking === null ? { version: null } : asked(asking))
    expect(answer.headers.get('openstack-api-version')).toBe(`placement ${spoken}`)
  })

  test('errors carry a code from 1.23 on, a title and the id of the request always', async () => {
    const old = await api.send('GET /barnabas', { version: '1.22' })
    expect(old.json.errors[0]).toEqual({
      status: 404,
      title: 'Not Found',
      detail: expect.any(String),
      request_id: old.headers.get('x-openstack-request-id'),
    })
    expect((await api.send('GET /barnabas', { version: '1.23' })).code).toBe('placement.undefined_code')
  })

  test('a browser is told in HTML, other tools in plain text', async () => {
    const html = await api.send('GET /', { version: '0.5', headers: { accept: 'text/html' } })
    expect([html.status, html.headers.get('content-type')]).toEqual([406, 'text/html'])
    expect(html.text).toContain('Unacceptable version header: 0.5')
    const plain = await api.send('GET /nowhere', { headers: { accept: 'text/csv' } })
    expect([plain.status, plain.headers.get('content-type')]).toEqual([404, 'text/plain'])
  })

  test('answers are stamped from 1.15 on', async () => {
    const before = await api.send('GET /resource_providers', { version: '1.14' })
    expect([before.headers.get('last-modified'), before.headers.get('cache-control')]).toEqual([null, null])
    const after = await api.send('GET /resource_providers', { version: '1.15' })
    expect(after.headers.get('last-modified')).toMatch(/^\w+, \d+ \w+ \d{4} [\d:]+ GMT$/)
    expect(after.headers.get('cache-control')).toBe('no-cache')
  })

  test('paths begin with where the face is mounted', async () => {
    const mounted = await openApi({ prefix: '/placement' })
    try {
      const made = await mounted.send('POST /placement/resource_providers', { body: { name: 'a' } })
      expect(made.headers.get('location')).toMatch(/^http:\/\/placement\.example\/placement\/resource_providers\//)
      expect(made.json.links[0].href).toMatch(/^\/placement\/resource_providers\//)
      expect((await mounted.send('GET /placement', { token: null })).status).toBe(200)
      expect((await mounted.send('GET /placementx/resource_providers')).status).toBe(404)
    } finally {
      await mounted.close()
    }
  })

  const firsts: readonly (readonly [line: string, since: number, before: number])[] = [
    ['GET /resource_providers/x/aggregates', 1, 404],
    ['GET /resource_classes', 2, 404],
    ['DELETE /resource_providers/x/inventories', 5, 405],
    ['GET /traits', 6, 404],
    ['GET /usages?project_id=a', 9, 404],
    ['GET /allocation_candidates?resources=VCPU:1', 10, 404],
    ['POST /allocations', 13, 404],
    ['POST /reshaper', 30, 404],
  ]
  test.each(firsts)('%s is there from its microversion on', async (line, since, before) => {
    const old = await api.send(line, { version: `1.${since - 1}` })
    expect(old.status).toBe(before)
    const now = await api.send(line, { version: `1.${since}` })
    expect(now.detail).not.toMatch(/The resource could not be found\.\s*$|is not allowed/)
  })
})
