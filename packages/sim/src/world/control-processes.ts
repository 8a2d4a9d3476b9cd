import type { CloudEvent, FailPointHook, Role } from '@novakit/core'
import type { Chaos } from './chaos.ts'
import { conductorProcess, type ConductorProcess, type ConductorWorld } from './conductor-process.ts'
import { untilItStarts } from './until-it-starts.ts'

/** The conductors and APIs of a simulated cloud. */
export interface ControlProcesses {
  /** All that ever were, the dead ones too. */
  readonly conductors: readonly ConductorProcess[]
  readonly apis: readonly ConductorProcess[]
  addConductor(): Promise<ConductorProcess>
  /** An API in a process of its own, which can fail and die as conductors do. */
  addApi(): Promise<ConductorProcess>
  /** Everything that any conductor ever delivered. */
  readonly events: readonly CloudEvent[]
  /** What happens at every fail point of every conductor; null: nothing. */
  intercept(hook: Interception | null): void
  /** Hear of every fail point that any conductor comes to, and change nothing. */
  readonly observers: Set<(process: ConductorProcess, ...at: Parameters<FailPointHook>) => void>
}

export type Interception = (process: ConductorProcess, ...at: Parameters<FailPointHook>) => Promise<void>

export function controlProcesses(
  world: Omit<ConductorWorld, 'hear' | 'failPoint' | 'storageFate'>,
  chaos: Chaos,
): ControlProcesses {
  const all: Readonly<Record<Role, ConductorProcess[]>> = { conductor: [], api: [] }
  const events: CloudEvent[] = []
  const observers: ControlProcesses['observers'] = new Set()
  let hook: Interception | null = null
  let starts = 0
  const watched: ConductorWorld = {
    ...world,
    hear: (event) => void events.push(event),
    failPoint: async (process, ...at) => {
      for (const observe of observers) observe(process, ...at)
      await chaos.failPoints.ask(process, ...at)
      await hook?.(process, ...at)
    },
    storageFate: (process, call) => chaos.storage.ask(process, call),
  }
  const add = async (role: Role): Promise<ConductorProcess> => {
    const process = await untilItStarts(world.clock, () => conductorProcess(watched, `${role}-${++starts}`, role))
    all[role].push(process)
    return process
  }
  return {
    conductors: all.conductor,
    apis: all.api,
    addConductor: () => add('conductor'),
    addApi: () => add('api'),
    events,
    observers,
    intercept: (wanted) => {
      hook = wanted
    },
  }
}
