import type { Clock, Log, Millis, NetworkId, ProjectId, ServerId } from '@novakit/core/vocabulary'
import { problemOf, seconds, silentLog, systemClock } from '@novakit/core/vocabulary'
import { answer, type ConnectionInfo, type FetchHandler } from '@novakit/http-kit'
import { bodyUpTo } from '../service/body-up-to.ts'
import { metadataServiceErrors } from '../service/errors.ts'
import { plainAddress } from '../service/peer.ts'
import { checkedSecret, signatureOf } from '../service/signature.ts'

/** The guest that has an address in the proxy's network. Null: nobody has it. */
export type FindGuest = (address: string) => Promise<{ readonly server: ServerId; readonly project: ProjectId } | null>

interface AnyMetadataProxyOptions {
  /** Where the metadata service listens: `http://10.0.0.5:8775`. */
  readonly upstream: string
  /** The same as the service's. */
  readonly secret: string
  /** Default: fetch. */
  send?(request: Request): Promise<Response>
  /** For the whole answer. Default 30 s. */
  readonly timeout?: Millis
  readonly clock?: Clock
  readonly log?: Log
}

/** Either the proxy finds out which server asks, or it names its network and leaves that to the service. */
export type MetadataProxyOptions = AnyMetadataProxyOptions &
  (
    | { readonly find: FindGuest; readonly network?: never }
    /** For a service that identifies `byProvider` or `signedByEither`: nothing to be kept up to date here. */
    | { readonly network: NetworkId; readonly find?: never }
  )

/** A password is the longest that guests have to say. */
const MOST_BODY = 4096
const MOST_ANSWER = 4 * 1024 * 1024

/**
 * Stands where guests ask, in the namespace of one network, and asks the service for them, as Neutron's metadata agent
 * does: whoever connects is named by the address, and that is signed. What guests say of themselves stays here.
 * @throws `metadata_service.weak_secret`, `metadata_service.invalid_option`
 */
export function metadataProxy(options: MetadataProxyOptions): FetchHandler {
  const secret = checkedSecret(options.secret)
  const { log = silentLog } = options
  const origin = originOf(options.upstream)
  if ((options.find === undefined) === (options.network === undefined || options.network === '')) {
    throw metadataServiceErrors.invalid_option({
      option: 'network',
      what: 'is needed where there is no find, and only there',
    })
  }
  if (options.network !== undefined && !/^[\x21-\x2b\x2d-\x7e]{1,255}$/.test(options.network)) {
    const what = 'must be an id that fits into a header: 1 to 255 printable characters, no comma and no space'
    throw metadataServiceErrors.invalid_option({ option: 'network', what })
  }
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
  const naming = address === null ? null : await namingOf(options, address)
  if (naming === null) return answer(404, null)
  const body = await bodyUpTo(request, MOST_BODY)
  if (body === null) return answer(413, null)
  const { clock = systemClock, timeout = seconds(30), send = fetch } = options
  const late = new AbortController()
  const cancel = clock.after(timeout, () => late.abort())
  try {
    return await returned(await send(passedOn(options, request, naming, body, late.signal)))
  } finally {
    cancel()
  }
}

/** The headers that say who asks. Null: nobody has the address. */
async function namingOf(
  { secret, find, network }: MetadataProxyOptions,
  address: string,
): Promise<Readonly<Record<string, string>> | null> {
  if (find === undefined) {
    const signature = signatureOf(secret, network)
    return {
      'x-forwarded-for': address,
      'x-metadata-provider': network,
      'x-metadata-provider-signature': signature,
    }
  }
  const found = await find(address)
  if (found === null) return null
  return {
    'x-forwarded-for': address,
    'x-instance-id': found.server,
    'x-tenant-id': found.project,
    'x-instance-id-signature': signatureOf(secret, found.server),
  }
}

function passedOn(
  { upstream }: MetadataProxyOptions,
  request: Request,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Request {
  const { pathname, search } = new URL(request.url)
  return new Request(`${upstream}${pathname}${search}`, {
    method: request.method,
    headers,
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
