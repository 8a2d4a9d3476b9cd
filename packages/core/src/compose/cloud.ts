import type { ApiDeps } from '../api/deps.ts'
import type { Caller } from '../domain/context/request-context.ts'
import type { CloudEvents } from '../api/events.ts'
import type { CloudParts } from './options.ts'
import type { Container } from './container.ts'
import type { Verbs } from '../api/verbs.ts'
import { assemble } from './assemble.ts'
import { contextOf } from '../api/context-of.ts'
import { newContainer } from './container.ts'
import { processOf } from './process.ts'
import { storageErrors } from '../domain/storage/errors.ts'
import { tokens } from './tokens.ts'
import { verbs } from '../api/verbs.ts'

/** A cloud in this process, or this process's part of one. */
export interface Cloud extends AsyncDisposable {
  /**
   * Begins to work: sagas, agents, events. Nothing runs before. Resolves when the hosts given here are known.
   * @throws what a driver throws that cannot be opened; `storage.closed` after a stop: make another cloud then
   */
  start(): Promise<void>
  /** Stops, wherever it is. What was accepted goes on at the next start; guests run on. */
  stop(): Promise<void>
  /** Speaks for somebody. The host app has made sure that they are who they say. @throws `context.invalid` */
  as(caller: Caller): Verbs
  /** What happens, by name: at least once, in order for each server. */
  readonly events: CloudEvents
  /** The parts, for host apps that must reach further. */
  readonly container: Container
  /** Runs until nothing is due. For tests; a running cloud does that by itself. */
  drain(): Promise<void>
}

/** Opens the stores, migrates them, and puts the parts together. Starts nothing. @throws `storage.*`, `sealed.*` */
export async function composeCloud(parts: CloudParts): Promise<Cloud> {
  const container = await newContainer()
  await assemble(container, parts)
  const running = processOf(container, parts)
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => (stopped ??= running.stop())
  return {
    start: () => (stopped === null ? running.start() : Promise.reject(storageErrors.closed({}))),
    stop,
    as: (caller) => verbs(container.get<ApiDeps>(tokens.api), contextOf(caller, parts.ids)),
    events: container.get(tokens.events),
    container,
    drain: () => running.drain(),
    [Symbol.asyncDispose]: stop,
  }
}
