import type { AggregateId, HostName, NodeName, ProviderId } from '@novakit/core'

/** One thing that would have to be other than it is. JSON-able; amounts in the unit of the resource class. */
export type RemedyChange = RemedyTarget &
  (
    | {
        /** That much less in use, or that much more there. */
        readonly kind: 'free'
        readonly provider: ProviderId
        readonly resourceClass: string
        readonly amount: number
      }
    | {
        /** The provider has none of the class: that much of it. */
        readonly kind: 'offer'
        readonly provider: ProviderId
        readonly resourceClass: string
        readonly amount: number
      }
    | {
        /** The class is given out in the amount asked for: its units are in the way. */
        readonly kind: 'units'
        readonly provider: ProviderId
        readonly resourceClass: string
        readonly amount: number
      }
    | { readonly kind: 'trait'; readonly provider: ProviderId; readonly trait: string; readonly has: boolean }
    | { readonly kind: 'aggregate'; readonly aggregate: AggregateId; readonly member: boolean }
    | { readonly kind: 'enable' }
    /** Its agent, or its cell, answers. */
    | { readonly kind: 'up' }
    | { readonly kind: 'reach' }
    /** The request may go there: it is not ignored, and in its cell, or what it asks for or is forced to. */
    | { readonly kind: 'destination' }
    /** The filter lets the host pass, or what it looks at is other than it is. */
    | { readonly kind: 'exempt'; readonly filter: string; readonly reason: string }
  )

/** The node that a change is on. */
export interface RemedyTarget {
  readonly node: ProviderId
  readonly host: HostName
  readonly nodeName: NodeName
}

/** The same change, whatever its amount. */
export function keyOf(change: RemedyChange): string {
  const { node, kind } = change
  const rest: Readonly<Record<string, unknown>> = { ...change, amount: undefined, reason: undefined }
  return JSON.stringify([
    node,
    kind,
    rest['provider'],
    rest['resourceClass'],
    rest['trait'],
    rest['aggregate'],
    rest['filter'],
  ])
}
