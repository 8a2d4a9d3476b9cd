import { ledgerErrors } from '../errors.ts'

export interface RemoteOptions {
  /** Where the other Placement is, with the path that it is mounted at: `https://cloud.example/placement`. */
  readonly url: string
  /** A token that is valid now. */
  token(): Promise<string>
  /** The runtime's own unless given. */
  readonly fetch?: (request: Request) => Promise<Response>
}

export interface RemoteAnswer {
  readonly status: number
  /** Null where there is none. */
  readonly body: any
  /** Of a refusal: its code and words. */
  readonly code: string
  readonly detail: string
}

export interface RemoteClient {
  /** Whatever it answers below 500. @throws `placement.remote_failed` */
  ask(method: string, path: string, body?: unknown): Promise<RemoteAnswer>
  /** What it answers, if that is in the two hundreds; null for 404. @throws `placement.remote_failed` */
  get(path: string): Promise<any>
  /** @throws `placement.remote_failed` where it is refused */
  send(method: string, path: string, body?: unknown): Promise<any>
}

/** The newest microversion that this client needs. */
const VERSION = '1.39'

export function remoteClient(options: RemoteOptions): RemoteClient {
  const ask = async (method: string, path: string, body?: unknown): Promise<RemoteAnswer> => {
    const response = await sent(options, method, path, body)
    const text = await response.text()
    const parsed = parse(text)
    const [error] = parsed?.errors ?? []
    const detail = String(error?.detail ?? text.slice(0, 200)).trim()
    if (response.status >= 500) throw failed(method, path, response.status, detail)
    return { status: response.status, body: parsed, code: String(error?.code ?? ''), detail }
  }
  const send: RemoteClient['send'] = async (method, path, body) => {
    const answer = await ask(method, path, body)
    if (answer.status >= 300) throw failed(method, path, answer.status, answer.detail)
    return answer.body
  }
  const get: RemoteClient['get'] = async (path) => {
    const answer = await ask('GET', path)
    if (answer.status === 404) return null
    if (answer.status >= 300) throw failed('GET', path, answer.status, answer.detail)
    return answer.body
  }
  return { ask, get, send }
}

async function sent({ url, token, fetch: own }: RemoteOptions, method: string, path: string, body: unknown) {
  const headers = {
    'x-auth-token': await token(),
    accept: 'application/json',
    'openstack-api-version': `placement ${VERSION}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  try {
    return await (own ?? fetch)(new Request(url.replace(/\/$/, '') + path, init))
  } catch (cause) {
    throw ledgerErrors.remote_failed({ what: `${method} ${path} was not answered.` }, { cause })
  }
}

function parse(text: string): any {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function failed(method: string, path: string, status: number, detail: string): Error {
  return ledgerErrors.remote_failed({ what: `${method} ${path} was answered with ${status}.` }, { detail })
}
