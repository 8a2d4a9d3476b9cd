import type { CloudEvent } from '../domain/event/event.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Store } from '../ports/storage.ts'
import { problemOf } from '../domain/error.ts'
import { giveTurnBack, relayOutbox, type StoreKind } from '../saga/index.ts'

export interface RelayDeps {
  readonly clock: Clock
  readonly log: Log
  /** How long it rests when there was nothing to deliver. */
  readonly every: Millis
  /** Unique to this process. */
  readonly owner: string
  /** If this process dies, another delivers after that long. */
  readonly leaseFor: Millis
  deliver(event: CloudEvent): Promise<void> | void
}

/** Carries the events of one store from its outbox to the listeners of this process, whenever it has the turn, until `signal` aborts. */
export async function relay<Kind extends StoreKind>(
  store: Store<Kind>,
  deps: RelayDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const delivered = await relayOutbox(store, deps, (event) => deps.deliver(event)).catch((error: unknown) => {
      deps.log.warn('events could not be delivered; they stay in the outbox', { code: problemOf(error).code })
      return 0
    })
    if (delivered === 0) await deps.clock.sleep(deps.every, signal)
  }
  await giveTurnBack(store, deps.owner).catch((error: unknown) => {
    deps.log.info('the turn to deliver events runs out by itself', { code: problemOf(error).code })
  })
}
