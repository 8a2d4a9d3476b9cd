import { EventEmitter } from 'eventemitter3'
import type { CloudEvent, EventName } from '../domain/event/event.ts'
import type { Log } from '../ports/log.ts'
import { silentLog } from '../system/log.ts'

type Listeners = { [Name in EventName]: (event: CloudEvent<Name>) => void } & { '*': (event: CloudEvent) => void }

/** Typed events of one cloud: by name, or all of them under `*`. At least once, in order for each server. */
export type CloudEvents = EventEmitter<Listeners>

type Listener = (this: unknown, event: CloudEvent) => unknown

/** What a listener throws is told to the log, and to nobody else: others hear the event, and it has been delivered. */
export function cloudEvents(log: Log = silentLog): CloudEvents {
  const events = new EventEmitter()
  const guard = guards(log)
  const { on, once, off } = EventEmitter.prototype
  const listen: typeof on = (name, listener, context) => on.call(events, name, guard(listener), context)
  const listenOnce: typeof once = (name, listener, context) => once.call(events, name, guard(listener), context)
  const ignore: typeof off = (name, listener, context, onlyOnce) =>
    off.call(events, name, listener === undefined ? undefined : guard(listener), context, onlyOnce)
  return Object.assign(events, {
    on: listen,
    addListener: listen,
    once: listenOnce,
    off: ignore,
    removeListener: ignore,
  }) as unknown as CloudEvents
}

/** The same guard for the same listener, so that it is found again when it no longer listens. */
function guards(log: Log): (listener: Listener) => Listener {
  const known = new WeakMap<Listener, Listener>()
  return (listener) => {
    const failed = (event: CloudEvent, error: unknown): void =>
      log.error('a listener failed', { event: event.name, error: String(error) })
    const guarded =
      known.get(listener) ??
      function (event) {
        try {
          Promise.resolve(listener.call(this, event)).catch((error: unknown) => failed(event, error))
        } catch (error) {
          failed(event, error)
        }
      }
    known.set(listener, guarded)
    known.set(guarded, guarded)
    return guarded
  }
}

export function emit(events: CloudEvents, event: CloudEvent): void {
  events.emit(event.name, event as never)
  events.emit('*', event)
}
