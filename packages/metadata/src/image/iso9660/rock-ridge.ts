import { Buffer } from 'node:buffer'
import { memo } from '../memo.ts'
import { putText, type Target } from '../target.ts'
import type { FileNode, FolderNode } from '../tree.ts'
import { BLOCK, both32 } from './numbers.ts'

const SP = entry('SP', Uint8Array.of(0xbe, 0xef, 0))
const CE = entry('CE', new Uint8Array(24))
const ER = extensionReference(
  'RRIP_1991A',
  'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS',
  'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.',
)

/** PX and TF together. */
const POSIX = 62
/** What an NM entry has before the name. */
const NAME_HEAD = 5
/** An entry says its length in one byte. */
const MOST_NAME = 250

/** Bytes behind the identifier of `.` and `..`. */
export const DOT_INLINE = POSIX
/** `.` of the root says that this is SUSP and Rock Ridge (SUSP 1.10, RRIP 1.10). */
export const ROOT_SELF_INLINE = SP.length + POSIX + CE.length
export const ROOT_SELF_OVERFLOW = ER.length

/** Bytes behind the identifier of a file or folder, of its name's bytes and the room that there is. */
export function inlineOf(nameBytes: number, room: number): number {
  return Math.min(POSIX + NAME_HEAD + nameBytes, room)
}

/** Bytes that go to a continuation area; then a CE entry fills the room to its end. */
export function overflowOf(nameBytes: number, room: number): number {
  if (POSIX + NAME_HEAD + nameBytes <= room) return 0
  const left = nameBytes - firstPart(room)
  return left + NAME_HEAD * Math.ceil(left / MOST_NAME)
}

/** How many bytes of a name stand in a record that has a CE entry too. */
function firstPart(inline: number): number {
  return inline - POSIX - NAME_HEAD - CE.length
}

/** A record with its file or folder. */
interface Used {
  readonly node: FileNode | FolderNode
  readonly isDot: boolean
  readonly inline: number
  readonly overflow: number
}

/** Writes the system use of one image. `overflowAt` is where the overflow goes; zero for none. */
export type WriteUse = (target: Target, at: number, used: Used, overflowAt: number) => void

/** @param date seven bytes, of everything */
export function rockRidge(date: Uint8Array): WriteUse {
  const kinds = memo<Uint8Array, number>()
  const posix = (mode: number, links: number): Uint8Array =>
    kinds(links * 0x1_0000 + mode, () => posixEntries(mode, links, date))
  return (target, at, { node, isDot, inline, overflow }, overflowAt) => {
    const { bytes } = target
    const isRootSelf = isDot && overflowAt > 0
    const begin = isRootSelf ? at + SP.length : at
    if (isRootSelf) bytes.set(SP, at)
    bytes.set('content' in node ? posix(0o100000 | node.mode, 1) : posix(0o040555, 2 + node.folders.length), begin)
    if (!isDot) writeName(target, begin + POSIX, node.name, inline, overflowAt)
    if (isRootSelf) bytes.set(ER, overflowAt)
    if (overflowAt > 0) pointToOverflow(target, at + inline, overflowAt, overflow)
  }
}

/** The CE entry that ends at `end`. */
function pointToOverflow({ bytes, view }: Target, end: number, overflowAt: number, length: number): void {
  bytes.set(CE, end - CE.length)
  both32(view, end - 24, Math.floor(overflowAt / BLOCK))
  both32(view, end - 16, overflowAt % BLOCK)
  both32(view, end - 8, length)
}

/** In one NM entry or, where it is too long, in one here and the rest in the overflow. */
function writeName({ bytes }: Target, at: number, name: string, inline: number, overflowAt: number): void {
  if (overflowAt === 0) {
    const length = inline - POSIX - NAME_HEAD
    writeHead(bytes, at, length, false)
    putText(bytes, at + NAME_HEAD, name, length)
    return
  }
  const whole = Buffer.from(name)
  const first = firstPart(inline)
  writeHead(bytes, at, first, true)
  bytes.set(whole.subarray(0, first), at + NAME_HEAD)
  let next = overflowAt
  for (let done = first; done < whole.length; done += MOST_NAME) {
    const part = whole.subarray(done, done + MOST_NAME)
    writeHead(bytes, next, part.length, done + MOST_NAME < whole.length)
    bytes.set(part, next + NAME_HEAD)
    next += NAME_HEAD + part.length
  }
}

/** NM, without the name itself. */
function writeHead(bytes: Uint8Array, at: number, length: number, goesOn: boolean): void {
  bytes[at] = 0x4e
  bytes[at + 1] = 0x4d
  bytes[at + 2] = NAME_HEAD + length
  bytes[at + 3] = 1
  bytes[at + 4] = goesOn ? 1 : 0
}

/** PX: mode with the bits of its kind, links, owner and group (root). TF: modified, accessed, attributes changed. */
function posixEntries(mode: number, links: number, date: Uint8Array): Uint8Array {
  const px = new Uint8Array(32)
  const view = new DataView(px.buffer)
  both32(view, 0, mode)
  both32(view, 8, links)
  return Buffer.concat([entry('PX', px), entry('TF', Buffer.concat([Uint8Array.of(0x0e), date, date, date]))])
}

function extensionReference(id: string, about: string, source: string): Uint8Array {
  const lengths = Uint8Array.of(id.length, about.length, source.length, 1)
  return entry('ER', Buffer.concat([lengths, Buffer.from(`${id}${about}${source}`)]))
}

/** Signature, length, version 1, data. */
function entry(signature: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(signature), Uint8Array.of(4 + data.length, 1), data])
}
