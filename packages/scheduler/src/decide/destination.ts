import { no, yes, type Destination, type HostState, type Verdict } from '@novakit/core'

/** As explanations call the stage that narrows hosts down before any filter. */
export const DESTINATION = 'Destination'

/**
 * Where a request may go at all: not to ignored hosts, only to forced or requested ones, within its cell, and never to
 * a cell that does not answer. Names of ignored and forced hosts are compared without regard to case.
 * Source: nova/scheduler/host_manager.py, `get_filtered_hosts`.
 */
export function destinationRule(destination: Destination): (host: HostState) => Verdict {
  const ignored = lowered(destination.ignoredHosts)
  const forcedHosts = lowered(destination.forcedHosts ?? [])
  const forcedNodes = new Set(destination.forcedNodes ?? [])
  const cell = destination.allowCrossCellMove === true ? null : destination.cell
  const { requestedHost, requestedNode } = destination
  return (host) => {
    if (!host.reachable) return cellDown
    if (cell !== null && host.cell !== cell) return otherCell
    if (requestedHost !== undefined && host.host !== requestedHost) return notRequested
    if (requestedNode !== undefined && host.node !== requestedNode) return notRequested
    if (ignored.size > 0 && ignored.has(host.host.toLowerCase())) return isIgnored
    if (forcedHosts.size > 0 && !forcedHosts.has(host.host.toLowerCase())) return notForced
    if (forcedNodes.size > 0 && !forcedNodes.has(host.node)) return notForced
    return yes
  }
}

/** Forced requests pass the filters by. What is left to check is whether there is room. */
export function isForced(destination: Destination): boolean {
  return (destination.forcedHosts ?? []).length > 0 || (destination.forcedNodes ?? []).length > 0
}

const lowered = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => name.toLowerCase()))

const cellDown = no({ code: 'cell.unavailable', message: 'The part of the cloud that the host is in does not answer.' })
const otherCell = no({ code: 'cell.other', message: 'The host is not in the cell that the server has to stay in.' })
const notRequested = no({ code: 'host.not_requested', message: 'The host is not the one that was asked for.' })
const isIgnored = no({ code: 'host.ignored', message: 'The host was excluded from this request.' })
const notForced = no({ code: 'host.not_forced', message: 'The host is not among those that the request is forced to.' })
