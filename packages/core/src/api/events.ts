import { EventEmitter } from 'eventemitter3'
import type { CloudEvent, EventName } from '../domain/event/event.ts'

type Listeners = { [Name in EventName]: (event: CloudEvent<Name>) => void } & { '*': (event: CloudEvent) => void }

/** Typed events of one cloud: by name, or all of them under `*`. At least once, in order for each server. */
export type CloudEvents = EventEmitter<Listeners>

export function cloudEvents(): CloudEvents {
  return new EventEmitter<Listeners>()
}

export function emit(events: CloudEvents, event: CloudEvent): void {
  events.emit(event.name, event as never)
  events.emit('*', event)
}
