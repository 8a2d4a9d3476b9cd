import { Buffer } from 'node:buffer'
import { fault, type Ends, type Fault, type Found, type Probe } from '../inspection.ts'
import { LONGEST_READ, readAll, u64le, type Reads } from '../reads.ts'

/** Microsoft, [MS-VHDX]. */
export const vhdx: Probe = { format: 'vhdx', probe }

const REGION_TABLES = [192 * 1024, 256 * 1024]
const MOST_ENTRIES = 2047
const METADATA_REGION = '8b7ca20647904b9ab8fe575f050f886e'
const ITEM = {
  fileParameters: 'caa16737fa364d43b3b633f0aa44e76b',
  virtualSize: '2fa54224cd1b4876b2115dbed83bf4b8',
  parentLocator: 'a8d35f2db30b454dabf7d3d84834ab0c',
} as const
const HAS_PARENT = 2

interface Item {
  readonly id: string
  readonly offset: number
  readonly length: number
}

function* probe({ head }: Ends): Reads<Found | null> {
  if (head.toString('latin1', 0, 8) !== 'vhdxfile') return null
  const metadata = yield* metadataOffset()
  if (typeof metadata !== 'number') return { virtualSize: null, faults: [metadata] }
  const items = yield* itemsAt(metadata)
  if ('code' in items) return { virtualSize: null, faults: [items] }
  return yield* describe(metadata, items)
}

/** There are two region tables, one the spare of the other; they have to agree, as readers take either. */
function* metadataOffset(): Reads<number | Fault> {
  const offsets: number[] = []
  for (const table of REGION_TABLES) {
    const bytes = yield* readAll(table, LONGEST_READ)
    if (bytes === null) return fault('truncated', 'the file ends within its region tables')
    if (bytes.toString('latin1', 0, 4) !== 'regi') return fault('malformed', 'a region table is missing')
    const count = bytes.readUInt32LE(8)
    if (count > MOST_ENTRIES) return fault('malformed', `a region table has ${count} entries`)
    const found = entries(bytes, 16, count).find((entry) => guid(entry) === METADATA_REGION)
    if (found === undefined) return fault('malformed', 'a region table names no metadata')
    offsets.push(u64le(found, 16))
  }
  const [first = 0, second] = offsets
  return first === second ? first : fault('malformed', 'its two region tables differ')
}

function* itemsAt(metadata: number): Reads<readonly Item[] | Fault> {
  const table = yield* readAll(metadata, LONGEST_READ)
  if (table === null) return fault('truncated', 'its metadata are not within the file')
  if (table.toString('latin1', 0, 8) !== 'metadata') return fault('malformed', 'its metadata table is missing')
  const count = table.readUInt16LE(10)
  if (count > MOST_ENTRIES) return fault('malformed', `its metadata table has ${count} entries`)
  return entries(table, 32, count).map((entry) => ({
    id: guid(entry),
    offset: entry.readUInt32LE(16),
    length: entry.readUInt32LE(20),
  }))
}

function* describe(metadata: number, items: readonly Item[]): Reads<Found> {
  const faults: Fault[] = []
  const parameters = yield* itemBytes(metadata, items, ITEM.fileParameters)
  const size = yield* itemBytes(metadata, items, ITEM.virtualSize)
  const linked = items.some(({ id }) => id === ITEM.parentLocator)
  if (linked || ((parameters?.readUInt32LE(4) ?? 0) & HAS_PARENT) !== 0) {
    faults.push(fault('backing_file', 'it holds what differs from a parent'))
  }
  if (parameters === null || size === null) faults.push(fault('malformed', 'its metadata are not complete'))
  return { virtualSize: size === null ? null : u64le(size, 0), faults }
}

/** Of an item that stands twice, readers may take either one. */
function* itemBytes(metadata: number, items: readonly Item[], id: string): Reads<Buffer | null> {
  const [item, ...more] = items.filter((one) => one.id === id)
  return item === undefined || more.length > 0 ? null : yield* readAll(metadata + item.offset, 8)
}

function entries(table: Buffer, from: number, count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, at) => table.subarray(from + at * 32, from + at * 32 + 32)).filter(
    (entry) => entry.length === 32,
  )
}

/** The first three fields of a GUID are little-endian. */
function guid(entry: Buffer): string {
  const backwards = (start: number, end: number): string =>
    Buffer.from(entry.subarray(start, end)).reverse().toString('hex')
  return backwards(0, 4) + backwards(4, 6) + backwards(6, 8) + entry.toString('hex', 8, 16)
}
