import type { AggregateState, GroupState, HostState, RequestSpec, ServerId } from '@novakit/core'
import { openWorld, type View } from '../decide/view.ts'
import { frozen } from './frozen.ts'
import { host, snapshot } from './hosts.ts'
import { request } from './requests.ts'

/** What one filter or weigher is asked. Everything that is not said is plain: a fresh host, a small request. */
export interface Question {
  readonly host?: HostState
  readonly request?: RequestSpec
  /** Hosts beside it. */
  readonly others?: readonly HostState[]
  readonly aggregates?: readonly AggregateState[]
  readonly groups?: readonly GroupState[]
}

/** A question with the view that a decision would give, all of it frozen. */
export interface Asked {
  readonly host: HostState
  readonly request: RequestSpec
  readonly view: View
}

export function asked(question: Question): Asked {
  const subject = frozen(question.host ?? host('subject'))
  const spec = frozen(question.request ?? request())
  const { others = [], aggregates = [], groups = [] } = question
  const world = openWorld(frozen(snapshot([subject, ...others], { aggregates, groups })), spec)
  return { host: subject, request: spec, view: world.viewFor(spec.servers[0] ?? ('s1' as ServerId)) }
}
