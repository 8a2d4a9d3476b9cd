import { id, type RequestContext, type RequestId } from '@novakit/core'
import { byToken, globalRequestId, noauth2, reasonOf, statusOf } from '@novakit/http-kit'
import { describe, expect, test } from 'vitest'

const requestId = id<RequestId>('req-1')
const request = (headers: Record<string, string>): Request => new Request('http://face.example/', { headers })

describe('noauth2', () => {
  test.each<readonly [headers: Record<string, string>, who: Partial<RequestContext> | null]>([
    [{}, null],
    [{ 'x-auth-token': '' }, null],
    [{ 'x-auth-token': 'admin' }, { user: id('admin'), project: id('admin'), roles: ['admin'] }],
    [{ 'x-auth-token': 'ann:shop' }, { user: id('ann'), project: id('shop'), roles: [] }],
    [{ 'x-auth-token': 'admin', 'x-roles': 'Reader, member,' }, { roles: ['reader', 'member'] }],
    [{ 'x-auth-token': 'ann', 'x-project-id': 'shop' }, { project: id('shop') }],
    [
      { 'x-auth-token': 'admin', 'openstack-system-scope': 'all' },
      { project: id(''), systemScope: 'all' },
    ],
  ])('%j', async (headers, who) => {
    const context = await noauth2()(request(headers), requestId)
    if (who === null) expect(context).toBeNull()
    else expect(context).toMatchObject({ ...who, requestId })
  })
})

describe('byToken', () => {
  const known: RequestContext = { requestId: id('req-0'), project: id('p'), user: id('u'), roles: [] }
  const authenticate = byToken({ authenticate: async (token) => (token === 'good' ? known : null) })

  test('asks whoever knows tokens, and keeps the id of the request', async () => {
    expect(await authenticate(request({ 'x-auth-token': 'good' }), requestId)).toEqual({ ...known, requestId })
    expect(await authenticate(request({ 'x-auth-token': 'bad' }), requestId)).toBeNull()
    expect(await authenticate(request({}), requestId)).toBeNull()
  })
})

test('each kind of error has a status, and each status words', () => {
  expect(statusOf('over_quota')).toBe(403)
  expect(statusOf('unavailable')).toBe(503)
  expect(reasonOf(415)).toBe('Unsupported Media Type')
})

test('only what looks like a request id is taken for one', () => {
  const given = 'req-6f1d6b3e-6d0f-4c3f-9d7a-2c64a3a1f6f0'
  expect(globalRequestId(new Headers({ 'x-openstack-request-id': given }))).toBe(given)
  expect(globalRequestId(new Headers({ 'x-openstack-request-id': 'a\tb' }))).toBeUndefined()
})
