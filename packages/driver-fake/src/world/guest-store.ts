import type { GuestRecord, Place } from './guest-record.ts'
import type { HostName } from '@novakit/core'
import type { StateFile } from './state-file.ts'
import { keyOf } from './guest-record.ts'

/** Called for every change, in its order, before the next one. */
export type ChangeListener = (before: GuestRecord | null, after: GuestRecord | null) => void

/** All guests of a world. Changes are synchronous and whole; `saved` makes them durable. */
export interface GuestStore {
  /** Reads the state file, once; guests of before are reported as changes from nothing. */
  load(): Promise<void>
  find(place: Place): GuestRecord | null
  all(): readonly GuestRecord[]
  on(host: HostName): readonly GuestRecord[]
  put(record: GuestRecord): void
  remove(place: Place): void
  saved(): Promise<void>
}

export function guestStore(file: StateFile, changed: ChangeListener): GuestStore {
  const hosts = new Map<HostName, Map<string, GuestRecord>>()
  let loading: Promise<void> | null = null
  const on = (host: HostName): Map<string, GuestRecord> => {
    const found = hosts.get(host) ?? new Map<string, GuestRecord>()
    hosts.set(host, found)
    return found
  }
  const change = (place: Place, after: GuestRecord | null): void => {
    const records = on(place.host)
    const before = records.get(keyOf(place)) ?? null
    if (after === null) records.delete(keyOf(place))
    else records.set(keyOf(place), after)
    changed(before, after)
  }
  const readAll = async (): Promise<void> => {
    for (const record of await file.load()) change(record, record)
  }
  return {
    load: () => (loading ??= readAll()),
    find: (place) => on(place.host).get(keyOf(place)) ?? null,
    all: () => [...hosts.values()].flatMap((records) => [...records.values()]),
    on: (host) => [...on(host).values()],
    put: (record) => {
      change(record, record)
      file.save(keyOf(record), record)
    },
    remove: (place) => {
      if (!on(place.host).has(keyOf(place))) return
      change(place, null)
      file.save(keyOf(place), null)
    },
    saved: () => file.saved(),
  }
}
