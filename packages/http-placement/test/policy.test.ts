import { afterEach, describe, expect, test } from 'vitest'
import { policyProfile, type PolicyProfile } from '@novakit/http-placement'
import { openApi, type Api } from './support/open-api.ts'

describe('who may do what', () => {
  let api: Api | null = null
  afterEach(() => api?.close())

  const callers = {
    admin: { token: 'admin' },
    adminByRole: { token: 'user', headers: { 'x-roles': 'Admin,member' } },
    service: { token: 'user', headers: { 'x-roles': 'service' } },
    reader: { token: 'user:mine', headers: { 'x-roles': 'reader' } },
    member: { token: 'user', headers: { 'x-roles': 'member' } },
    nobody: { token: 'user' },
    systemAdmin: { token: 'admin', headers: { 'openstack-system-scope': 'all' } },
  } as const
  type Caller = keyof typeof callers

  const everybody = Object.keys(callers) as Caller[]
  const lists = 'GET /resource_providers'
  const usage = 'GET /usages?project_id=mine'
  const reshape = 'POST /reshaper'
  const table: readonly (readonly [profile: PolicyProfile, line: string, allowed: readonly Caller[]])[] = [
    ['default', lists, ['admin', 'adminByRole', 'service']],
    ['default', usage, ['admin', 'adminByRole', 'service', 'reader']],
    ['default', reshape, ['admin', 'adminByRole', 'service']],
    ['secure', lists, ['admin', 'adminByRole', 'service']],
    ['secure', usage, ['admin', 'adminByRole', 'service', 'reader']],
    ['secure', reshape, ['service']],
    ['legacy', lists, ['admin', 'adminByRole']],
    ['legacy', usage, ['admin', 'adminByRole']],
    ['legacy', reshape, ['admin', 'adminByRole']],
    ['open', lists, everybody],
    ['open', usage, everybody],
    ['open', reshape, everybody],
  ]
  test.each(table)('under the profile %s, %s is for %j', async (profile, line, allowed) => {
    api = await openApi({ policy: policyProfile(profile) })
    const let_in: Caller[] = []
    for (const name of everybody) {
      const answer = await api.send(line, { ...callers[name], ...(line === reshape ? { body: {} } : {}) })
      if (answer.status !== 403) let_in.push(name)
      else expect(answer.detail).toMatch(/Policy does not allow placement:\S+ to be performed\./)
    }
    expect(let_in).toEqual(allowed)
  })

  test('a host app brings a policy of its own', async () => {
    const asked: string[] = []
    const policy = { allows: (rule: string) => asked.push(rule) > 1 }
    api = await openApi({ policy })
    expect((await api.send('GET /traits')).status).toBe(403)
    expect((await api.send('GET /resource_classes')).status).toBe(200)
    expect(asked).toEqual(['placement:traits:list', 'placement:resource_classes:list'])
  })

  test('pages of allowed origins are let in, and those of others are not', async () => {
    const origin = 'https://dashboard.example'
    api = await openApi({
      cors: {
        allowedOrigins: [origin],
        allowedMethods: ['GET'],
        allowedHeaders: ['openstack-api-version'],
        exposedHeaders: [],
        maxAgeSeconds: 60,
      },
    })
    const preflight = async (from: string, method = 'GET', header = 'OpenStack-API-Version') => {
      const headers = {
        origin: from,
        'access-control-request-method': method,
        'access-control-request-headers': header,
      }
      const answer = await api?.send('OPTIONS /', { token: null, version: null, headers })
      return [answer?.status, answer?.headers.get('access-control-allow-origin')]
    }
    expect(await preflight(origin)).toEqual([200, origin])
    expect(await preflight('https://other.example')).toEqual([200, null])
    expect(await preflight(origin, 'PATCH')).toEqual([200, null])
    expect(await preflight(origin, 'GET', 'x-secret')).toEqual([200, null])
    const allowed = await api.send('GET /', { headers: { origin } })
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
    expect(allowed.headers.get('vary')).toContain('openstack-api-version')
    const other = await api.send('GET /', { headers: { origin: 'https://other.example' } })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })
})
