import {
  manualClock,
  openStore,
  seededIds,
  seededRandom,
  silentLog,
  sqlite,
  type GlobalStore,
  type Policy,
  type StorageDriver,
} from '@novakit/core'
import { noauth2, type CorsOptions, type FetchHandler } from '@novakit/http-kit'
import { createPlacementApi, policyProfile } from '@novakit/http-placement'
import { placementLedger } from '@novakit/placement'

export interface Sent {
  /** `1.39` unless given; null sends no version. */
  readonly version?: string | null
  readonly body?: unknown
  /** Instead of `body`: as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string | null
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, taken for JSON; null where there is none. */
  readonly json: any
  /** What the first error of the body says. */
  readonly detail: string
  readonly code: string | undefined
}

export interface Api {
  readonly handle: FetchHandler
  readonly store: GlobalStore
  /** @param line `GET /resource_providers?name=a` */
  send(line: string, sent?: Sent): Promise<Answer>
  /** Sends, and insists that it succeeds. */
  done(line: string, body?: unknown, version?: string): Promise<any>
  close(): Promise<void>
}

interface ApiOptions {
  readonly driver?: StorageDriver
  readonly policy?: Policy
  readonly cors?: CorsOptions
  readonly prefix?: string
}

/** The API on an empty ledger, in memory unless a driver is given, without a socket. */
export async function openApi({ driver = sqlite(':memory:'), ...options }: ApiOptions = {}): Promise<Api> {
  const clock = manualClock()
  const random = seededRandom('api')
  const deps = { clock, random, log: silentLog }
  const store = await openStore('global', 'global', driver, deps, placementLedger().migrations)
  const { handle } = createPlacementApi({
    store,
    authenticate: noauth2(),
    policy: policyProfile('default'),
    ids: seededIds(random),
    clock,
    log: silentLog,
    ...options,
  })
  const send: Api['send'] = async (line, sent = {}) => answerOf(await handle(requestOf(line, sent)))
  const done: Api['done'] = async (line, body, version = '1.39') => {
    const answer = await send(line, body === undefined ? { version } : { body, version })
    if (answer.status >= 300) throw new Error(`${line}: ${answer.status} ${answer.text}`)
    return answer.json
  }
  return { handle, store, send, done, close: () => store.close() }
}

function requestOf(line: string, { version = '1.39', body, raw, headers = {}, token = 'admin' }: Sent): Request {
  const [method = '', path = ''] = line.split(/ (.*)/s)
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const all = {
    ...(token === null ? {} : { 'x-auth-token': token }),
    ...(version === null ? {} : { 'openstack-api-version': `placement ${version}` }),
    ...(content === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }
  return new Request(`http://placement.example${path}`, {
    method,
    headers: all,
    ...(content === undefined ? {} : { body: content }),
  })
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = text === '' || !/json/.test(response.headers.get('content-type') ?? '') ? null : JSON.parse(text)
  const [error] = json?.errors ?? []
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    detail: String(error?.detail ?? ''),
    code: error?.code,
  }
}
