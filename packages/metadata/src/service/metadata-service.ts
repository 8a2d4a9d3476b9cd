import type { Clock, FirstBootSource, Log, Millis } from '@novakit/core/vocabulary'
import { problemOf, seconds, silentLog, systemClock } from '@novakit/core/vocabulary'
import { answer, type FetchHandler } from '@novakit/http-kit'
import type { DocumentOptions } from '../build/options.ts'
import { guestOf, type DynamicVendorData, type Guest, type GuestsDeps } from './guest.ts'
import type { Identify } from './identity.ts'
import { ec2Versions, stepsOf, type Found } from './lookup.ts'
import { passwordAnswer } from './password.ts'
import { remembered } from './remembered.ts'

export interface MetadataServiceOptions {
  /** Where servers are looked up. */
  readonly source: FirstBootSource
  /** Tells who asks: `signedByProxy`, `bySourceAddress`, `byProvider`, or a function of the host app. */
  readonly identify: Identify
  /** What the documents say beyond what is known of the server. */
  readonly documents?: Omit<DocumentOptions, 'address' | 'dynamicVendorData'>
  /** What services say of each server (`dynamicVendorData`). Default nothing. */
  readonly dynamic?: DynamicVendorData
  /** What was looked up is shown for that long. Default 15 s, as Nova; 0 for not at all. */
  readonly cacheFor?: Millis
  /** So many servers are kept. Default 10 000. */
  readonly cacheMost?: number
  readonly clock?: Clock
  readonly log?: Log
}

type Service = GuestsDeps & { readonly identify: Identify; readonly clock: Clock; readonly log: Log }

const PLAIN = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** Nova's metadata service, for guests at 169.254.169.254: OpenStack's documents and EC2's tree. */
export function metadataService(given: MetadataServiceOptions): FetchHandler {
  const { clock = systemClock, log = silentLog, cacheFor = seconds(15), cacheMost = 10_000 } = given
  const service: Service = {
    source: given.source,
    identify: given.identify,
    options: given.documents ?? {},
    dynamic: given.dynamic ?? null,
    kept: remembered<Guest>({ clock, keepFor: cacheFor, most: cacheMost }),
    clock,
    log,
  }
  return (request, connection = { remoteAddress: null }) =>
    respond(service, request, connection).catch((error: unknown) => failure(log, error))
}

type Connection = Parameters<Identify>[1]

async function respond(service: Service, request: Request, connection: Connection): Promise<Response> {
  const steps = stepsOf(pathOf(request.url))
  if (steps === null) return answer(404, null)
  if (steps.length === 0) return shown(ec2Versions(), request)
  const identity = await service.identify(request, connection)
  if (identity.kind === 'refused') {
    service.log.warn('A metadata request was refused', { why: identity.why, from: connection.remoteAddress })
    return answer(identity.status, null)
  }
  const asking = await guestOf(service, identity)
  if (asking === 'many') return answer(400, null)
  const found = await asking?.find(steps, today(service.clock))
  if (!asking || !found) return answer(404, null)
  if (found.kind === 'password') return passwordAnswer(service.source, asking.input.server, request)
  return shown(found, request)
}

function shown(found: Found, { method }: Request): Response {
  if (method !== 'GET' && method !== 'HEAD') return answer(405, null, { allow: 'GET, HEAD' })
  return found.kind === 'document'
    ? answer(200, found.body, { ...PLAIN, 'content-type': found.type })
    : answer(404, null)
}

/** The path of a URL as it stands there, still encoded. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.slice(start).search(/[?#]/)
  return start === -1 ? '/' : url.slice(start, end === -1 ? undefined : start + end)
}

function today(clock: Clock): string {
  return new Date(clock.now()).toISOString().slice(0, 10)
}

/** A server whose cell is down is there all the same: a guest that is told 404 would give up for good. */
function failure(log: Log, error: unknown): Response {
  const problem = problemOf(error)
  log.error('A metadata request failed', { problem })
  return problem.kind === 'unavailable' ? answer(503, null, { 'retry-after': '5' }) : answer(500, null)
}
