import { describe, expect, it } from 'vitest'
import { mysql, postgres } from '../../src/storage/index.ts'
import { loadClient } from '../../src/storage/server/load-client.ts'

describe.each([
  ['postgres', postgres],
  ['mysql', mysql],
] as const)('%s(): what it is given', (name, driver) => {
  it.each([
    ['nothing', {}],
    ['an unknown option', { url: `${name}://a/b`, pool: 1 }],
    ['no connections', { url: `${name}://a/b`, connections: 0 }],
    ['a prefix that is no name', { url: `${name}://a/b`, prefix: 'A-' }],
    ['a time that is none', { url: `${name}://a/b`, statementTimeout: -1 }],
  ])('refuses %s at once', (_, options) => {
    expect(() => driver(options as never)).toThrow(`${name}() was given options that make no sense`)
  })

  it.each(['cloud.db', 'http://user:secret@host/db', '://secret'])(
    'refuses the URL %s, and does not repeat it',
    (url) => {
      expect(() => driver({ url })).toThrow(`must look like ${name}://`)
      expect(() => driver({ url })).not.toThrow('secret')
    },
  )

  it('takes what the client takes in place of a URL', () => {
    expect(driver({ client: { host: 'db', user: 'nova', database: 'nova' } }).name).toBe(name)
  })
})

describe('loadClient', () => {
  it('says what to install', async () => {
    const missing = loadClient('no-such-client', 'postgres db:5432/nova', () => import('no-such-client' as string))
    await expect(missing).rejects.toMatchObject({
      code: 'storage.cannot_open',
      message:
        'The database postgres db:5432/nova cannot be opened: it needs the package no-such-client. Run: npm install no-such-client',
    })
  })

  it('does not take another failure for a missing package', async () => {
    const broken = new Error('syntax')
    await expect(loadClient('pg', '', () => Promise.reject(broken))).rejects.toBe(broken)
  })
})
