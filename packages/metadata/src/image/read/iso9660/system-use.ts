import { driveImageErrors } from '../../errors.ts'
import { BLOCK } from '../../iso9660/numbers.ts'
import { AS_IT_IS, type Source } from '../source.ts'

/** What Rock Ridge tells of a record. */
export interface RockRidge {
  readonly name: string | null
  readonly mode: number | null
  /** The block of the folder that was moved away from here (CL). */
  readonly movedTo: number | null
  /** Stands here for the sake of depth alone (RE): its place is elsewhere. */
  readonly isMoved: boolean
}

/** Continuations of one record: no writer needs more than one or two. */
const MOST_AREAS = 16

/** How many bytes to leave out in front of each record's entries; null if the volume has no Rock Ridge. */
export function skipOf(rootSelf: Source): number | null {
  if (rootSelf.length < 7 || rootSelf.latin(0, 2) !== 'SP' || rootSelf.byte(4) !== 0xbe) return null
  return rootSelf.byte(6)
}

export function rockRidgeOf(image: Source, systemUse: Source, skip: number): RockRidge {
  const names: Uint8Array[] = []
  let mode: number | null = null
  let movedTo: number | null = null
  let isMoved = false
  for (const entry of entriesOf(image, systemUse, skip)) {
    const signature = entry.latin(0, 2)
    if (signature === 'NM') names.push(nameIn(entry))
    else if (signature === 'PX') mode = entry.u32(4)
    else if (signature === 'CL') movedTo = entry.u32(4)
    else if (signature === 'RE') isMoved = true
  }
  return {
    name: names.length === 0 ? null : new TextDecoder('utf-8', AS_IT_IS).decode(joined(names)),
    mode,
    movedTo,
    isMoved,
  }
}

function* entriesOf(image: Source, systemUse: Source, skip: number): Generator<Source> {
  let area: Source | null = systemUse
  let at = skip
  for (let areas = 0; area !== null; areas++) {
    if (areas > MOST_AREAS) throw driveImageErrors.malformed({ what: 'the continuations of a record never end' })
    let next: Source | null = null
    // What is left at an end too short for an entry is padding.
    while (at + 4 <= area.length) {
      const length: number = area.byte(at + 2)
      if (length < 4) break
      const entry: Source = area.part(at, length)
      const signature = entry.latin(0, 2)
      if (signature === 'ST') break
      if (signature === 'CE') next = image.part(entry.u32(4) * BLOCK + entry.u32(12), entry.u32(20))
      else yield entry
      at += length
    }
    area = next
    at = 0
  }
}

/** `.` and `..` may be told by flags instead of names. */
function nameIn(entry: Source): Uint8Array {
  return entry.length < 5 || (entry.byte(4) & 6) !== 0 ? new Uint8Array(0) : entry.slice(5, entry.length - 5)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => {
    whole.set(part, at)
    return at + part.length
  }, 0)
  return whole
}
