import { problemOf, isNovakitError, type Clock, type GlobalStore, type Ids, type Log, type Policy } from '@novakit/core'
import {
  answer,
  negotiate,
  newRequestId,
  requestIdHeader,
  router,
  statusOf,
  VERSION_HEADER,
  versionText,
  withCors,
  type Authenticate,
  type CorsOptions,
  type FetchHandler,
  type Microversion,
} from '@novakit/http-kit'
import { providerMirror } from '@novakit/placement'
import { accepts, checkContent } from './content.ts'
import type { Reply, Workings } from './call.ts'
import { Fault, fault } from './fault.ts'
import type { CandidateQuery } from './handlers/candidate-request.ts'
import { remembered } from './handlers/remembered.ts'
import { routes, type Endpoint } from './routes.ts'
import { versions } from './versions.ts'
import { errorBody } from './wire/error-body.ts'
import { jsonOf } from './wire/json-pieces.ts'
import { wordsOf } from './wire/words.ts'

export interface PlacementApiOptions {
  /** A global store with the tables of the ledger. */
  readonly store: GlobalStore
  readonly authenticate: Authenticate
  readonly policy: Policy
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
  /** Where the handler is mounted: `/placement`. */
  readonly prefix?: string
  /** Pages of which other origins may ask. None unless given. */
  readonly cors?: CorsOptions
  /** The order of allocation candidates follows from it. */
  readonly seed?: string
}

export interface PlacementApi {
  readonly handle: FetchHandler
  /** Reads what requests will ask for first, so that none of them waits for it. @throws `storage.*` */
  warmUp(): Promise<void>
}

/** The Placement API, microversions 1.0 to 1.39, on a ledger. */
export function createPlacementApi(options: PlacementApiOptions): PlacementApi {
  const { store, policy, ids, clock, log, prefix = '', seed = 'placement', cors } = options
  const mirror = providerMirror(store)
  const candidateQueries = remembered<CandidateQuery>()
  const at: Workings = { store, mirror, policy, ids, clock, log, prefix, seed, candidateQueries }
  const find = router(routes)
  const handle: FetchHandler = (request) => respond(request, at, options.authenticate, find)
  return {
    handle: cors === undefined ? handle : withCors(handle, cors),
    warmUp: async () => void (await mirror.current()),
  }
}

type Find = ReturnType<typeof router<Endpoint>>

/** What is known of a request so far, for whatever is answered. */
interface Progress {
  readonly request: Request
  readonly requestId: ReturnType<typeof newRequestId>
  version: Microversion | null
}

async function respond(request: Request, at: Workings, authenticate: Authenticate, find: Find): Promise<Response> {
  const progress: Progress = { request, requestId: newRequestId(at.ids), version: null }
  try {
    return await replyAs(await answerTo(progress, at, authenticate, find), progress, at)
  } catch (error) {
    return faultAs(faultOf(error, at.log), progress)
  }
}

async function answerTo(progress: Progress, at: Workings, authenticate: Authenticate, find: Find): Promise<Reply> {
  const { request, requestId } = progress
  const url = new URL(request.url)
  const path = pathBelow(at.prefix, url.pathname)
  const context = await authenticate(request, requestId)
  const isRoot = path === '/' || path === ''
  if (context === null && !isRoot) throw fault(401, '')
  const version = agreedVersion(request)
  progress.version = version
  checkContent(request)
  const { endpoint, params } = found(find, request.method, path, version.minor)
  if (endpoint.takesJson(version.minor)) demandJson(request)
  if (endpoint.givesJson && !accepts(request.headers.get('accept'), 'application/json')) {
    throw fault(406, 'Only application/json is provided')
  }
  const nobody = { requestId, project: '', user: '', roles: [] } as unknown as NonNullable<typeof context>
  return endpoint.handle({
    request,
    params,
    search: url.search,
    minor: version.minor,
    context: context ?? nobody,
    at,
  })
}

/** Null: outside of where the face is mounted. */
function pathBelow(prefix: string, pathname: string): string | null {
  if (prefix === '') return pathname
  const isBelow = pathname === prefix || pathname.startsWith(`${prefix}/`)
  return isBelow ? pathname.slice(prefix.length) : null
}

function agreedVersion({ headers }: Request): Microversion {
  const agreed = negotiate(versions, headers)
  if (agreed.kind === 'agreed') return agreed.version
  if (agreed.kind === 'malformed') throw fault(400, `invalid version string: ${agreed.asked}`)
  throw fault(406, `Unacceptable version header: ${agreed.asked}`)
}

function found(find: Find, method: string, path: string | null, minor: number) {
  const match = path === null ? ({ kind: 'unknown' } as const) : find.match(method, path)
  if (match.kind === 'unknown') throw fault(404, '')
  if (match.kind === 'wrong_method') {
    const headers = { allow: match.allow.join(', ') }
    throw fault(405, 'The method specified is not allowed for this resource.', undefined, headers)
  }
  const { target: endpoint, params } = match
  if (minor < endpoint.since) throw fault(endpoint.before, '')
  return { endpoint, params }
}

function demandJson({ headers }: Request): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim()
  if (type === 'application/json') return
  const shown = type === undefined || type === '' ? 'None' : type
  throw fault(415, `The media type ${shown} is not supported, use application/json`)
}

/** What nobody expected is told to the log and not to the client. */
function faultOf(error: unknown, log: Log): Fault {
  if (error instanceof Fault) return error
  if (isNovakitError(error) && statusOf(error.kind) < 500) return fault(statusOf(error.kind), wordsOf(error))
  const problem = problemOf(error)
  log.error('A request failed', { problem })
  return fault(statusOf(problem.kind), problem.message)
}

function commonHeaders({ requestId, version }: Progress): Record<string, string> {
  return {
    ...requestIdHeader(requestId),
    vary: VERSION_HEADER,
    ...(version === null ? {} : { [VERSION_HEADER]: `placement ${versionText(version)}` }),
  }
}

async function replyAs(reply: Reply, progress: Progress, at: Workings): Promise<Response> {
  const { status, body, text, location, modified } = reply
  const headers = { ...commonHeaders(progress), ...reply.headers }
  const content = text ?? (body === undefined ? null : await jsonOf(body))
  if (content !== null) headers['content-type'] = 'application/json'
  if (location !== undefined) headers['location'] = new URL(location, progress.request.url).href
  if (modified !== undefined && (progress.version?.minor ?? 0) >= 15) {
    headers['last-modified'] = new Date(modified ?? at.clock.now()).toUTCString()
    headers['cache-control'] = 'no-cache'
  }
  return answer(status, content, headers)
}

function faultAs(error: Fault, progress: Progress): Response {
  const { request, requestId, version } = progress
  const { contentType, text } = errorBody(error, { request, requestId, minor: version?.minor ?? null })
  return answer(error.status, text, { ...commonHeaders(progress), ...error.headers, 'content-type': contentType })
}
