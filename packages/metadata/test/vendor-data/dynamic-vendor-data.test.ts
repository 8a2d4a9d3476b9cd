import { describe, expect, it } from 'vitest'
import { logTo } from '@novakit/core'
import { dynamicVendorData } from '../../src/vendor-data/dynamic-vendor-data.ts'
import type { GuardedRequest } from '../../src/vendor-data/guarded-fetch.ts'
import { aServer } from '../support/server.ts'

/** Answers by host name, and keeps what it was asked. */
function service(answers: Readonly<Record<string, string | Error>>) {
  const asked: GuardedRequest[] = []
  const fetch = async (request: GuardedRequest): Promise<Uint8Array> => {
    asked.push(request)
    const answer = answers[new URL(request.url).hostname] ?? new Error('nobody')
    if (answer instanceof Error) throw answer
    return Buffer.from(answer)
  }
  return { fetch, asked }
}

describe('dynamic vendor data', () => {
  it('asks each service what Nova asks it, and says their answers by name', async () => {
    const { fetch, asked } = service({ 'one.example': '{"a": 1}', 'two.example': '[2]' })
    const ask = dynamicVendorData({
      targets: ['join@http://one.example/x', 'two@https://two.example/y@z'],
      fetch,
      token: async () => 'token',
    })
    expect(await ask(aServer({ adminPassword: 's3cret' }))).toEqual({ join: { a: 1 }, two: [2] })
    expect(asked.map(({ url }) => url)).toEqual(['http://one.example/x', 'https://two.example/y@z'])
    expect(asked[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': 'token' },
    })
    expect(JSON.parse(asked[0]!.body!)).toEqual({
      'project-id': 'f7ac731cc11f40efbc03a9f9e1d1d21f',
      'instance-id': '5b3f7a1e-6a0e-4f6c-9d51-3f0a9c1b2d3e',
      'image-id': '155d900f-4e14-4e4c-a73d-069cbf4541e6',
      'user-data': Buffer.from(aServer().userData!).toString('base64'),
      hostname: 'web-1',
      metadata: aServer().metadata,
      'boot-roles': '',
    })
  })

  it('S-LOG-1: never passes the password on', async () => {
    const { fetch, asked } = service({})
    const lines: string[] = []
    const log = logTo((line) => void lines.push(JSON.stringify(line)), 'debug')
    await dynamicVendorData({ targets: ['a@http://x.example/'], fetch, log })(aServer({ adminPassword: 's3cret' }))
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(asked) + lines.join()).not.toContain('s3cret')
  })

  it('takes a service that fails, or answers nonsense, for one that has said nothing', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
    const { fetch } = service({
      'nonsense.example': '<html>',
      'deep.example': deep,
      'empty.example': '',
      'half.example': '{"a":',
    })
    const targets = ['nonsense', 'deep', 'empty', 'half', 'absent'].map((name) => `${name}@http://${name}.example/`)
    expect(await dynamicVendorData({ targets, fetch })(aServer())).toEqual({
      nonsense: {},
      deep: {},
      empty: {},
      half: {},
      absent: {},
    })
  })

  it('fails as a whole if the operator would rather have that', async () => {
    const { fetch } = service({ 'fine.example': '{}' })
    const ask = dynamicVendorData({
      targets: ['fine@http://fine.example/', 'absent@http://absent.example/'],
      fetch,
      failureIsFatal: true,
    })
    await expect(ask(aServer())).rejects.toThrow('nobody')
  })

  it('keeps __proto__ for a key, in names and in answers', async () => {
    const { fetch } = service({ 'x.example': '{"__proto__": {"polluted": true}}' })
    const told = await dynamicVendorData({ targets: ['__proto__@http://x.example/'], fetch })(aServer())
    expect(Object.keys(told)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it.each([
    [['http://x.example/'], 'it has no name'],
    [['@http://x.example/'], 'it has no name'],
    [['a\nb@http://x.example/'], 'it has no name'],
    [['static@http://x.example/'], 'its name is taken'],
    [['a@http://x.example/', 'a@http://y.example/'], 'it comes twice'],
    [['a@file:///etc/passwd'], 'it is neither http nor https'],
    [['a@http://user:pw@x.example/'], 'it has credentials in it'],
    [['a@nowhere'], 'it is no URL'],
  ])('S-SSRF-1: does not start with %j', (targets, why) => {
    expect(() => dynamicVendorData({ targets })).toThrow(
      expect.objectContaining({ code: 'vendor_data.invalid_target', message: expect.stringContaining(why) as string }),
    )
  })
})
