import { Buffer } from 'node:buffer'
import { memo } from '../memo.ts'
import { both32 } from './numbers.ts'

/** What stands behind the identifier of a directory record, and what had no room there (SUSP 1.10, RRIP 1.10). */
export interface SystemUse {
  /** With an overflow, its last 28 bytes are the CE entry, whose place is yet to be filled in. */
  readonly inline: Uint8Array
  readonly overflow: Uint8Array
}

const NOTHING = new Uint8Array(0)
export const NO_SYSTEM_USE: SystemUse = { inline: NOTHING, overflow: NOTHING }

const CE_LENGTH = 28
/** An entry says its length in one byte; five are its head. */
const MOST_NAME_BYTES = 250

const SP = entry('SP', Uint8Array.of(0xbe, 0xef, 0))
const CE = entry('CE', new Uint8Array(CE_LENGTH - 4))
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
}

/** Writes the system use of one image; what is the same for many records is made once. */
export interface RockRidge {
  /** @param room bytes that the record has left for it */
  named(name: string, facts: PosixFacts, room: number): SystemUse
  /** For `.` and `..`; the `.` of the root says that this is SUSP and Rock Ridge. */
  dot(facts: PosixFacts, isRootSelf: boolean): SystemUse
}

/** Files of one mode, or folders with so many in them. */
interface Kind {
  readonly posix: Uint8Array
  /** By name. */
  readonly uses: (name: string, make: () => SystemUse) => SystemUse
}

/** @param date seven bytes, of everything */
export function rockRidge(date: Uint8Array): RockRidge {
  const kinds = memo<Kind, number>()
  const kindOf = ({ mode, links }: PosixFacts): Kind =>
    kinds(mode * 2 ** 24 + links, () => ({ posix: posixEntries(mode, links, date), uses: memo<SystemUse>() }))
  return {
    named: (name, facts, room) => {
      const { posix, uses } = kindOf(facts)
      const use = uses(name, () => namedUse(Buffer.from(name), posix, room))
      // Beside an identifier of its own length, a name may have less room.
      return use.inline.length <= room ? use : namedUse(Buffer.from(name), posix, room)
    },
    dot: (facts, isRootSelf) =>
      isRootSelf
        ? { inline: Buffer.concat([SP, kindOf(facts).posix, CE]), overflow: ER }
        : { inline: kindOf(facts).posix, overflow: NOTHING },
  }
}

function namedUse(name: Uint8Array, fixed: Uint8Array, room: number): SystemUse {
  if (fixed.length + 5 + name.length <= room) {
    return { inline: Buffer.concat([fixed, nameHead(name.length, false), name]), overflow: NOTHING }
  }
  const first = room - fixed.length - CE_LENGTH - 5
  return {
    inline: Buffer.concat([fixed, nameHead(first, true), name.subarray(0, first), CE]),
    overflow: nameEntries(name.subarray(first)),
  }
}

/** Fills in the CE entry that ends at `end`: where the overflow stands. */
export function pointToOverflow(view: DataView, end: number, block: number, offset: number, length: number): void {
  both32(view, end - CE_LENGTH + 4, block)
  both32(view, end - CE_LENGTH + 12, offset)
  both32(view, end - CE_LENGTH + 20, length)
}

/** PX: mode, links, owner, group. TF: modified, accessed, attributes changed. */
function posixEntries(mode: number, links: number, date: Uint8Array): Uint8Array {
  const px = new Uint8Array(32)
  const view = new DataView(px.buffer)
  both32(view, 0, mode)
  both32(view, 8, links)
  return Buffer.concat([entry('PX', px), entry('TF', Buffer.concat([Uint8Array.of(0x0e), date, date, date]))])
}

function nameEntries(name: Uint8Array): Uint8Array {
  if (name.length <= MOST_NAME_BYTES) return Buffer.concat([nameHead(name.length, false), name])
  const first = name.subarray(0, MOST_NAME_BYTES)
  return Buffer.concat([nameHead(first.length, true), first, nameEntries(name.subarray(MOST_NAME_BYTES))])
}

/** NM, without the name itself. */
function nameHead(length: number, goesOn: boolean): Uint8Array {
  return Uint8Array.of(0x4e, 0x4d, 5 + length, 1, goesOn ? 1 : 0)
}

function extensionReference(id: string, about: string, source: string): Uint8Array {
  const lengths = Uint8Array.of(id.length, about.length, source.length, 1)
  return entry('ER', Buffer.concat([lengths, Buffer.from(`${id}${about}${source}`)]))
}

/** Signature, length, version 1, data. */
function entry(signature: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(signature), Uint8Array.of(4 + data.length, 1), data])
}
