import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appDatabase, hostApp } from './host-app.ts'
import { sql } from 'kysely'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'host-app-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const call = async (url: string, token: string, body?: unknown): Promise<{ status: number; body: any }> => {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${url}/servers`, { headers: { 'x-token': token }, ...sent })
  return { status: response.status, body: await response.json() }
}

test('a host app brings its own users, database and listeners', async () => {
  const file = path.join(folder, 'app.db')
  const app = await hostApp(file)
  expect(await call(app.url, 'nobody')).toMatchObject({ status: 401 })
  expect(await call(app.url, 'token-of-bob', { name: 'web' })).toMatchObject({ status: 403 })
  expect(await call(app.url, 'token-of-ann', { name: 'web' })).toMatchObject({ status: 202 })
  await expect.poll(() => app.seen, { timeout: 10_000 }).toEqual(['blue has web'])
  const { body } = await call(app.url, 'token-of-ann')
  expect(body.servers).toMatchObject([{ name: 'web', status: 'ACTIVE' }])
  expect((await call(app.url, 'token-of-bob')).body.servers).toEqual([])
  await app.close()

  const kysely = appDatabase(file)
  const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(kysely)
  await kysely.destroy()
  const foreign = tables.rows.filter(({ name }) => !name.startsWith('nova_') && !name.startsWith('sqlite_'))
  expect(foreign).toEqual([])
})
