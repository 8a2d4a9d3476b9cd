import type { Clock, Log, Millis, ProjectId, ServerId } from '@novakit/core/vocabulary'
import { problemOf, seconds, silentLog, systemClock } from '@novakit/core/vocabulary'
import { answer, type ConnectionInfo, type FetchHandler } from '@novakit/http-kit'
import { bodyUpTo } from '../service/body-up-to.ts'
import { metadataServiceErrors } from '../service/errors.ts'
import { plainAddress } from '../service/peer.ts'
import { checkedSecret, signatureOf } from '../service/signature.ts'

/** The guest that has an address in the proxy's network. Null: nobody has it. */
export type FindGuest = (address: string) => Promise<{ readonly server: ServerId; readonly project: ProjectId } | null>

export interface MetadataProxyOptions {
  /** Where the metadata service listens: `http://10.0.0.5:8775`. */
  readonly upstream: string
  /** The same as the service's. */
  readonly secret: string
  readonly find: FindGuest
  /** Default: fetch. */
  send?(request: Request): Promise<Response>
  /** For the whole answer. Default 30 s. */
  readonly timeout?: Millis
  readonly clock?: Clock
  readonly log?: Log
}

/** A password is the longest that guests have to say. */
const MOST_BODY = 4096
const MOST_ANSWER = 4 * 1024 * 1024

/**
 * Stands where guests ask, in the namespace of one network, and asks the service for them, as Neutron's metadata agent
 * does: whoever connects is found by the address, and named and signed. What guests say of themselves stays here.
 * @throws `metadata_service.weak_secret`, `metadata_service.invalid_option`
 */
export function metadataProxy(options: MetadataProxyOptions): FetchHandler {
  const secret = checkedSecret(options.secret)
  const { log = silentLog } = options
  const origin = originOf(options.upstream)
  return (request, connection = { remoteAddress: null }) =>
    pass({ ...options, secret, upstream: origin }, request, connection).catch((error: unknown) => {
      const problem = problemOf(error)
      log.error('A metadata request was not passed on', { problem })
      return answer(503, null, { 'retry-after': '5' })
    })
}

function originOf(upstream: string): string {
  const url = URL.canParse(upstream) ? new URL(upstream) : null
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
  throw metadataServiceErrors.invalid_option({ option: 'upstream', what: 'is no http or https URL' })
}

async function pass(options: MetadataProxyOptions, request: Request, connection: ConnectionInfo): Promise<Response> {
  const address = plainAddress(connection.remoteAddress)
  const found = address === null ? null : await options.find(address)
  if (address === null || found === null) return answer(404, null)
  const body = await bodyUpTo(request, MOST_BODY)
  if (body === null) return answer(413, null)
  const { clock = systemClock, timeout = seconds(30), send = fetch } = options
  const late = new AbortController()
  const cancel = clock.after(timeout, () => late.abort())
  try {
    return await returned(await send(signed(options, request, { address, ...found }, body, late.signal)))
  } finally {
    cancel()
  }
}

interface Named {
  readonly address: string
  readonly server: ServerId
  readonly project: ProjectId
}

function signed(
  { upstream, secret }: MetadataProxyOptions,
  request: Request,
  { address, server, project }: Named,
  body: Uint8Array,
  signal: AbortSignal,
): Request {
  const { pathname, search } = new URL(request.url)
  return new Request(`${upstream}${pathname}${search}`, {
    method: request.method,
    headers: {
      'x-forwarded-for': address,
      'x-instance-id': server,
      'x-tenant-id': project,
      'x-instance-id-signature': signatureOf(secret, server),
    },
    redirect: 'manual',
    signal,
    ...(request.method === 'GET' || request.method === 'HEAD'
      ? {}
      : { body: body as NonNullable<RequestInit['body']> }),
  })
}

/** The service sends nobody elsewhere; what does is not the service. */
async function returned(response: Response): Promise<Response> {
  const body = await bodyUpTo(response, MOST_ANSWER)
  if (body === null || (response.status >= 300 && response.status < 400)) return answer(502, null)
  const kept = ['content-type', 'cache-control', 'retry-after', 'allow'].flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return answer(response.status, body.length === 0 ? null : body, Object.fromEntries(kept))
}
