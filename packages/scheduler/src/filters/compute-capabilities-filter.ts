import { no, yes, type RequestSpec } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { hostAttribute } from '../decide/host-attributes.ts'
import { meets } from '../decide/operators.ts'

const SCOPE = 'capabilities'

const lacking = no({ code: 'host.capability', message: 'The host has not the capability that an extra spec asks for.' })

/** One extra spec: where to look on the host, and what to find there. */
interface Wanted {
  readonly path: readonly string[]
  readonly requirement: string
  /** A key without a scope counts only where the host knows it. */
  readonly scoped: boolean
}

/**
 * Each extra spec with the scope `capabilities`, and each without a scope that names an attribute of the host, must be
 * met by what the host says of itself. Source: nova/scheduler/filters/compute_capabilities_filter.py.
 */
export const computeCapabilitiesFilter: Filter = {
  name: 'ComputeCapabilitiesFilter',
  oncePerRequest: true,
  reads: ({ flavor }) => flavor.extraSpecs,
  applies: (request) => wantedOf(request).length > 0,
  check: (host, request, view) => {
    for (const { path, requirement, scoped } of view.once(computeCapabilitiesFilter, () => wantedOf(request))) {
      const value = hostAttribute(host, path)
      if (value === undefined && !scoped) continue
      if (value === undefined || value === null || !meets(textOf(value), requirement)) return lacking
    }
    return yes
  },
}

function wantedOf({ flavor }: RequestSpec): readonly Wanted[] {
  return Object.entries(flavor.extraSpecs).flatMap(([key, requirement]): readonly Wanted[] => {
    if (key === 'hw:maxphysaddr_bits') {
      return [{ path: ['cpu_info', 'maxphysaddr', 'bits'], requirement: `>= ${requirement}`, scoped: true }]
    }
    const [scope, ...path] = key.split(':')
    if (path.length === 0) return [{ path: [key], requirement, scoped: false }]
    return scope === SCOPE ? [{ path, requirement, scoped: true }] : []
  })
}

/** Lists as Python writes them, for `<in>` and `<all-in>` look for words in the text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
