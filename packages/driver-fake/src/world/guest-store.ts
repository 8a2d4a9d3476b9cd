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
  const records = new Map<string, GuestRecord>()
  let loading: Promise<void> | null = null
  const change = (key: string, after: GuestRecord | null): void => {
    const before = records.get(key) ?? null
    if (after === null) records.delete(key)
    else records.set(key, after)
    changed(before, after)
  }
  const readAll = async (): Promise<void> => {
    for (const record of await file.load()) change(keyOf(record), record)
  }
  return {
    load: () => (loading ??= readAll()),
    find: (place) => records.get(keyOf(place)) ?? null,
    all: () => [...records.values()],
    on: (host) => [...records.values()].filter((record) => record.host === host),
    put: (record) => {
      change(keyOf(record), record)
      file.save(keyOf(record), record)
    },
    remove: (place) => {
      if (!records.has(keyOf(place))) return
      change(keyOf(place), null)
      file.save(keyOf(place), null)
    },
    saved: () => file.saved(),
  }
}
