import {
  nextRound,
  type Clock,
  type GlobalStore,
  type Ids,
  type Log,
  type Policy,
  type PolicyTarget,
  type RequestContext,
} from '@novakit/core'
import { bytesOf, type Content, type PathParams } from '@novakit/http-kit'
import type { ProviderMirror } from '@novakit/placement'
import { badRequest, fault } from './fault.ts'
import type { CandidateQuery } from './handlers/candidate-request.ts'
import type { Remembered } from './handlers/remembered.ts'
import type { PlacementRule } from './policy/rules.ts'
import { excessOf, parsed } from './json-body.ts'
import { parseQuery, type Query } from './query.ts'
import type { ByVersion } from './schemas/by-version.ts'

/** What handlers work with. */
export interface Workings {
  readonly store: GlobalStore
  readonly mirror: ProviderMirror
  readonly policy: Policy
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
  /** Before every path in answers: where the face is mounted. */
  readonly prefix: string
  /** The order of allocation candidates follows from it. */
  readonly seed: string
  /** By version and query string. */
  readonly candidateQueries: Remembered<CandidateQuery>
}

/** One request on its way. */
export interface Call {
  readonly request: Request
  readonly params: PathParams
  /** As it stands in the URL, with its question mark. */
  readonly search: string
  /** Of the version that is spoken: 39 for 1.39. */
  readonly minor: number
  readonly context: RequestContext
  readonly at: Workings
}

export interface Reply {
  readonly status: number
  /** Sent as JSON; `text` is JSON already. */
  readonly body?: unknown
  readonly text?: Content
  /** A path; it is made absolute. */
  readonly location?: string
  /** Milliseconds since 1970; null is now. Undefined: the answer says nothing about it. */
  readonly modified?: number | null
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (call: Call) => Promise<Reply>

/** @throws Fault 403 */
export function allow({ at, context }: Call, rule: PlacementRule, target?: PolicyTarget): void {
  const about = target ?? { project: context.project, user: context.user }
  if (!at.policy.allows(rule, context, about)) throw fault(403, `Policy does not allow ${rule} to be performed.`)
}

/** Bytes of a body that takes milliseconds to read: others have their turn in between. */
const LONG = 50_000

/** The body, if it is what the schema of this version says. @throws Fault 400 */
export async function bodyOf<T>({ request, minor }: Call, schema: ByVersion): Promise<T> {
  const bytes = await bytesOf(request)
  const isLong = bytes.length > LONG
  const excess = isLong ? excessOf(bytes) : null
  if (excess !== null) throw badRequest(`Malformed JSON: ${excess}`)
  const data = parsed(bytes)
  if (isLong) await nextRound()
  const wrong = schema(minor)(data, isLong)
  if (isLong) await nextRound()
  if (wrong !== null) throw badRequest(`JSON does not validate: ${wrong}`)
  return data as T
}

/** @throws Fault 400 */
export function checkQuery({ search, minor }: Call, schema: ByVersion): Query {
  const found = parseQuery(search)
  const wrong = schema(minor)(found.record())
  if (wrong !== null) throw badRequest(`Invalid query string parameters: ${wrong}`)
  return found
}

export function param({ params }: Call, name: string): string {
  return params[name] ?? ''
}

/** The latest of several moments; now where there is none. */
export function latest(moments: Iterable<number | null>): number | null {
  let found: number | null = null
  for (const moment of moments) {
    if (moment === null) return null
    if (found === null || moment > found) found = moment
  }
  return found
}
