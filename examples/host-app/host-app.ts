import { DatabaseSync } from 'node:sqlite'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCloud, gib, isNovakitError, ownKysely, type Caller, type Cloud } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { Kysely, SqliteDialect } from 'kysely'

/** The app's own users: whoever knows a token speaks for a project. */
const users: ReadonlyMap<string, Caller> = new Map([
  ['token-of-ann', { project: 'blue', user: 'ann', roles: ['member'] }],
  ['token-of-bob', { project: 'red', user: 'bob', roles: ['reader'] }],
])

/** The app's own database; the cloud's tables stand in it under a prefix of their own. */
export function appDatabase(file: string): Kysely<unknown> {
  const sqlite = new DatabaseSync(file)
  const dialect = new SqliteDialect({
    database: {
      close: () => sqlite.close(),
      prepare: (text) => {
        const statement = sqlite.prepare(text)
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...(values as never[])) as never[],
          run: (values) => statement.run(...(values as never[])) as never,
          iterate: (values) => statement.iterate(...(values as never[])) as never,
        }
      },
    },
  })
  return new Kysely<unknown>({ dialect })
}

/** A control plane that somebody wrote: their auth, their database, their events, and novakit inside. */
export async function hostApp(file: string): Promise<{ url: string; seen: string[]; close(): Promise<void> }> {
  const kysely = appDatabase(file)
  const cloud = await createCloud({
    database: ownKysely({ kysely, dialect: 'sqlite', prefix: 'nova_' }),
    hosts: { 'rack1-n1': fakeDriver({ vcpus: 8, memory: gib(32), disk: gib(500) }) },
  })
  const seen: string[] = []
  cloud.events.on('instance.create.end', ({ payload }) => seen.push(`${payload.project} has ${payload.name}`))
  await cloud.start()
  const http = createServer((request, response) => {
    answer(cloud, request).then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      await new Promise((resolve) => http.close(resolve))
      await cloud.stop()
      await kysely.destroy()
    },
  }
}

const statuses: Readonly<Record<string, number>> = { forbidden: 403, not_found: 404, over_quota: 403, invalid: 400 }

/** `POST /servers` with `{ name }`, and `GET /servers`. */
async function answer(cloud: Cloud, request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const caller = users.get(String(request.headers['x-token']))
  if (caller === undefined) return { status: 401, body: { message: 'Who are you?' } }
  const { servers } = cloud.as(caller)
  try {
    if (request.method !== 'POST') return { status: 200, body: await servers.list() }
    const { name } = JSON.parse(await textOf(request)) as { name: string }
    return { status: 202, body: await servers.create({ name, flavor: 'm1.tiny', image: 'cirros' }) }
  } catch (error) {
    if (!isNovakitError(error)) throw error
    return { status: statuses[error.kind] ?? 500, body: { code: error.code, message: error.message } }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
