import type { Call } from './call.ts'
import type { Connection } from './connection.ts'
import type { Fault } from './fault.ts'
import type { Injection, WorldState } from '../world/world-state.ts'
import { plannedFault } from './fault.ts'

/** What goes wrong with this call: what the test injected comes before what was planned. */
export function chooseFault(connection: Connection, call: Call): Fault | null {
  return (
    injectedFault(connection.world, call) ??
    plannedFault(connection.options.faults ?? {}, call, connection.random.faults)
  )
}

function injectedFault({ injections }: WorldState, call: Call): Fault | null {
  const found = injections.find(({ left, injection }) => left > 0 && fits(injection, call))
  if (found === undefined) return null
  found.left--
  if (found.left === 0) injections.splice(injections.indexOf(found), 1)
  return found.injection.fault
}

function fits(injection: Injection, call: Call): boolean {
  const { host = call.host, server = call.server } = injection
  return injection.call === call.name && host === call.host && server === call.server
}
