import type { Destination, RequestSpec, ServerId } from '@novakit/core'
import type { View } from './view.ts'

/** What requests have in common with others, so that an answer to one can serve the next. */
export type RequestTraits = Pick<
  RequestSpec,
  'project' | 'flavor' | 'image' | 'zone' | 'hints' | 'bootFromVolume' | 'resources'
> & { readonly destination: Pick<Destination, 'cell' | 'allowCrossCellMove'> }

/**
 * For filters and weighers that tell hosts apart by certain servers alone: an engine asks them about the hosts that
 * hold any of these, and knows the answer for all the rest.
 */
export interface Spot<Answer> {
  /** `group`: the members of the request's group. It then speaks of all hosts at their sites. */
  servers(request: RequestSpec): 'group' | readonly ServerId[]
  /**
   * What it says of every other host. For `group`: that has a site; filters refuse those that have none, and to weighers
   * they are like the others.
   */
  readonly elsewhere: Answer
}

export type SpotFilter = Spot<(request: RequestSpec, view: View) => boolean>
export type SpotWeigher = Spot<number>
