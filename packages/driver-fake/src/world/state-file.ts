import type { GuestRecord } from './guest-record.ts'
import type { HostMemory } from '@novakit/core'
import { fakeErrors } from '../errors.ts'
import { fileHostMemory } from '@novakit/core'

/** Where records are kept beyond the process. `save` starts writing, `saved` waits for all that was started. */
export interface StateFile {
  load(): Promise<readonly GuestRecord[]>
  save(key: string, record: GuestRecord | null): void
  /** @throws `fake.state_file` when something since the last asking could not be written */
  saved(): Promise<void>
}

/** For worlds that live as long as the process. */
export const noStateFile: StateFile = {
  load: async () => [],
  save: () => undefined,
  saved: async () => undefined,
}

/** A log of records in one file, synced after every change; read again, a torn last line is passed over. */
export function stateFile(path: string): StateFile {
  let memory: Promise<HostMemory> | null = null
  const saving = new Set<Promise<void>>()
  let failure: { readonly cause: unknown } | null = null
  const open = (): Promise<HostMemory> => (memory ??= fileHostMemory(path))
  return {
    load: async () => (await (await open()).entries('guest/')).map(([, text]) => decodeRecord(text)),
    save: (key, record) => {
      const text = record === null ? null : encodeRecord(record)
      // They reach the file in their order, and share its syncs.
      const one = open()
        .then((file) => (text === null ? file.delete(key) : file.put(key, text)))
        .catch((cause: unknown) => void (failure = { cause }))
        .finally(() => saving.delete(one))
      saving.add(one)
    },
    saved: async () => {
      await Promise.all(saving)
      if (failure === null) return
      const { cause } = failure
      failure = null
      throw fakeErrors.state_file({}, { cause })
    },
  }
}

/** JSON with the two things that orders hold and JSON does not: bytes and maps. */
export function encodeRecord(record: GuestRecord): string {
  return JSON.stringify(record, function (this: Readonly<Record<string, unknown>>, key: string, value: unknown) {
    // A Buffer has turned itself into an object by now; its holder still has it.
    const raw = this[key]
    if (raw instanceof Uint8Array) return { $bytes: Buffer.from(raw).toString('base64') }
    return raw instanceof Map ? { $map: [...raw] } : value
  })
}

export function decodeRecord(text: string): GuestRecord {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('$bytes' in value) return Uint8Array.from(Buffer.from(value.$bytes as string, 'base64'))
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][])
    return value
  }) as GuestRecord
}
