import type { HostName, HypervisorCore, HypervisorFacets, Instant, PowerControl, ServerId } from '@novakit/core'

type Methods<Part> = {
  [Key in keyof Part]-?: NonNullable<Part[Key]> extends (...args: never[]) => unknown ? Key & string : never
}[keyof Part]

type CoreCall = 'open' | Exclude<Methods<HypervisorCore>, 'events' | 'close'> | `power.${Methods<PowerControl>}`
type FacetCall = {
  [Facet in keyof HypervisorFacets]: `${Facet}.${Methods<HypervisorFacets[Facet]>}`
}[keyof HypervisorFacets]

/** Every call that knobs can name: the core's methods, and `facet.method` for the rest. */
export type CallName = CoreCall | FacetCall

const named = {
  open: true,
  inventory: true,
  list: true,
  spawn: true,
  destroy: true,
  'power.on': true,
  'power.off': true,
  'power.state': true,
  'pause.pause': true,
  'pause.unpause': true,
  'suspend.suspend': true,
  'suspend.resume': true,
  'reboot.soft': true,
  'reboot.hard': true,
  'rescue.rescue': true,
  'rescue.unrescue': true,
  'rebuild.rebuild': true,
  'resize.check': true,
  'resize.leave': true,
  'resize.arrive': true,
  'resize.confirm': true,
  'resize.abandon': true,
  'resize.revert': true,
  'liveMigration.checkDestination': true,
  'liveMigration.checkSource': true,
  'liveMigration.prepareDestination': true,
  'liveMigration.start': true,
  'liveMigration.progress': true,
  'liveMigration.abort': true,
  'liveMigration.forceComplete': true,
  'liveMigration.finishSource': true,
  'liveMigration.finishDestination': true,
  'liveMigration.rollbackDestination': true,
  'snapshot.capture': true,
  'snapshot.discard': true,
  'volumes.attach': true,
  'volumes.has': true,
  'volumes.detach': true,
  'volumes.extend': true,
  'volumes.swap': true,
  'interfaces.attach': true,
  'interfaces.has': true,
  'interfaces.detach': true,
  'console.output': true,
  'console.endpoint': true,
  'diagnostics.read': true,
  'password.set': true,
  'crashDump.trigger': true,
  'quiesce.freeze': true,
  'quiesce.thaw': true,
  'imageCache.prefetch': true,
  'imageCache.trim': true,
  'shares.mount': true,
  'shares.unmount': true,
  'evacuation.disksReachable': true,
  'hostPower.action': true,
  'hostPower.uptime': true,
} satisfies Record<CallName, true>

export const callNames = Object.keys(named) as readonly CallName[]

/**
 * Where inside a call something can strike. A spawn goes `disk`, `define`, `start`; a destroy `stop`, `undefine`,
 * `clean`; most other calls have the one step `act`. `begin` is before the first step, `end` after the last.
 */
export const points = ['begin', 'disk', 'define', 'start', 'stop', 'undefine', 'clean', 'act', 'end'] as const
export type Point = (typeof points)[number]
export type StepName = Exclude<Point, 'begin' | 'end'>

/** One call of the agent, as knobs and the history see it. */
export interface Call {
  /** From 1, in the order in which the world was asked. */
  readonly id: number
  readonly name: CallName
  readonly host: HostName
  readonly server: ServerId | null
  readonly epoch: number | null
  /** 1 for the first call of this name on this host. */
  readonly nth: number
  /** 1 for the first call of this name for this server on this host. */
  readonly attempt: number
  readonly at: Instant
}

/** A call and what became of it. */
export interface CallRecord extends Call {
  /** `lost`: the agent died, or the call was forgotten with it. */
  readonly outcome: 'under_way' | 'done' | 'failed' | 'lost'
  /** The steps that had their effect, in order. */
  readonly steps: readonly StepName[]
  /** The fault that was planned for it. */
  readonly fault: string | null
  /** Code of the error it threw. */
  readonly problem: string | null
  readonly endedAt: Instant | null
}
