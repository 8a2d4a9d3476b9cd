import { fault, type Ends, type Found, type Inspection, type Probe } from './inspection.ts'
import { hasBootMark, partitionTable } from './partition-table.ts'
import { iso } from './formats/iso.ts'
import { luks } from './formats/luks.ts'
import { ploop } from './formats/ploop.ts'
import { qcow2 } from './formats/qcow2.ts'
import { qed } from './formats/qed.ts'
import { read, type Reads } from './reads.ts'
import { vdi } from './formats/vdi.ts'
import { vhd } from './formats/vhd.ts'
import { vhdx } from './formats/vhdx.ts'
import { vmdk } from './formats/vmdk.ts'

const PROBES: readonly Probe[] = [qcow2, qed, vmdk, vdi, vhd, vhdx, iso, luks, ploop]

/** As far as the first volume descriptor of an ISO image. */
const HEAD = 17 * 2048
/** A VMDK footer: marker, header, marker. */
const TAIL = 3 * 512

/**
 * What a file is by its content, whatever it is said to be: every format is looked for, as oslo.utils' format_inspector
 * does. Reads some headers, at most a few hundred KiB, whatever they say.
 * @param size of the file, in bytes
 */
export function* inspect(size: number): Reads<Inspection> {
  const head = yield* read(0, Math.min(size, HEAD))
  const ends: Ends = { size, head, tail: yield* read(Math.max(0, size - TAIL), Math.min(size, TAIL)) }
  const found: (Found & Pick<Probe, 'format'>)[] = []
  for (const { format, probe } of PROBES) {
    const one = yield* probe(ends)
    if (one !== null) found.push({ format, ...one })
  }
  const faults = found.flatMap((one) => one.faults)
  const formats = found.map(({ format }) => format)
  if (isPolyglot(ends, formats)) {
    faults.unshift(
      fault('polyglot', `it can be read as ${[...formats, ...(hasBootMark(head) ? ['a disk'] : [])].join(' and as ')}`),
    )
  }
  return {
    size,
    formats,
    partitionTable: partitionTable(head),
    virtualSize: found.length === 0 ? size : (found[0]?.virtualSize ?? null),
    faults,
  }
}

/** Hybrid ISO images begin with a boot sector so that they start from a disk too. Nothing else does both. */
function isPolyglot({ head }: Ends, formats: Inspection['formats']): boolean {
  const [first, ...more] = formats
  if (first === undefined) return false
  return more.length > 0 || (first !== 'iso' && !(first === 'vhd' && !startsWithVhd(head)) && hasBootMark(head))
}

/** A fixed VHD is a raw disk with a footer. */
function startsWithVhd(head: Ends['head']): boolean {
  return head.toString('latin1', 0, 8) === 'conectix'
}
