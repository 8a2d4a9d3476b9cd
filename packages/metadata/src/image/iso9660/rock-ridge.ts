import { both32 } from './numbers.ts'

/** What stands behind the identifier of a directory record, and what had no room there (SUSP 1.10, RRIP 1.10). */
export interface SystemUse {
  /** With an overflow, its last 28 bytes are the CE entry, whose place is yet to be filled in. */
  readonly inline: Uint8Array
  readonly overflow: Uint8Array
}

export const NO_SYSTEM_USE: SystemUse = { inline: new Uint8Array(0), overflow: new Uint8Array(0) }

const CE_LENGTH = 28
/** An entry says its length in one byte; five are its head. */
const MOST_NAME_BYTES = 250

const SP = entry('SP', [0xbe, 0xef, 0])
const ER = extensionReference(
  'RRIP_1991A',
  'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS',
  'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.',
)

/** Who, besides its name, a file or folder is to a POSIX system. Owner and group are root. */
export interface PosixFacts {
  /** With the bits of its kind: 0o040555, 0o100444. */
  readonly mode: number
  readonly links: number
  /** Seven bytes. */
  readonly date: Uint8Array
}

/** @param room bytes that the record has left for it */
export function namedUse(name: string, facts: PosixFacts, room: number): SystemUse {
  const fixed = posixEntries(facts)
  const bytes = new TextEncoder().encode(name)
  const whole = concat([fixed, ...nameEntries(bytes, false)])
  if (whole.length <= room) return { inline: whole, overflow: new Uint8Array(0) }
  const first = room - fixed.length - CE_LENGTH - 5
  const begun = nameEntry(bytes.subarray(0, first), true)
  return {
    inline: concat([fixed, begun, entry('CE', new Uint8Array(CE_LENGTH - 4))]),
    overflow: concat(nameEntries(bytes.subarray(first), false)),
  }
}

/** For `.` and `..`; those of the root say in `.` that this is SUSP and Rock Ridge. */
export function dotUse(facts: PosixFacts, isRootSelf: boolean): SystemUse {
  const fixed = posixEntries(facts)
  if (!isRootSelf) return { inline: fixed, overflow: new Uint8Array(0) }
  return { inline: concat([SP, fixed, entry('CE', new Uint8Array(CE_LENGTH - 4))]), overflow: ER }
}

/** Fills in the CE entry that ends at `end`: where the overflow stands. */
export function pointToOverflow(view: DataView, end: number, block: number, offset: number, length: number): void {
  both32(view, end - CE_LENGTH + 4, block)
  both32(view, end - CE_LENGTH + 12, offset)
  both32(view, end - CE_LENGTH + 20, length)
}

/** PX: mode, links, owner, group. TF: modified, accessed, attributes changed. */
function posixEntries({ mode, links, date }: PosixFacts): Uint8Array {
  const px = new Uint8Array(32)
  const view = new DataView(px.buffer)
  both32(view, 0, mode)
  both32(view, 8, links)
  return concat([entry('PX', px), entry('TF', concat([Uint8Array.of(0x0e), date, date, date]))])
}

function nameEntries(bytes: Uint8Array, goesOn: boolean): readonly Uint8Array[] {
  if (bytes.length <= MOST_NAME_BYTES) return [nameEntry(bytes, goesOn)]
  return [nameEntry(bytes.subarray(0, MOST_NAME_BYTES), true), ...nameEntries(bytes.subarray(MOST_NAME_BYTES), goesOn)]
}

function nameEntry(bytes: Uint8Array, goesOn: boolean): Uint8Array {
  return entry('NM', concat([Uint8Array.of(goesOn ? 1 : 0), bytes]))
}

function extensionReference(id: string, about: string, source: string): Uint8Array {
  const text = new TextEncoder().encode(`${id}${about}${source}`)
  return entry('ER', concat([Uint8Array.of(id.length, about.length, source.length, 1), text]))
}

/** Signature, length, version 1, data. */
function entry(signature: string, data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + data.length)
  bytes.set([signature.charCodeAt(0), signature.charCodeAt(1), bytes.length, 1])
  bytes.set(data, 4)
  return bytes
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
