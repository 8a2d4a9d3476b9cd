import { fault, type Fault } from '../inspection.ts'

const ALLOWED_TYPES = ['monolithicSparse', 'streamOptimized']

/** What is wrong with the descriptor within a sparse VMDK: it may tell of one extent, the file that it stands in. */
export function descriptorFaults(text: string): readonly Fault[] {
  const lines = text.split('\n').map((line) => line.trim())
  const faults: Fault[] = []
  const types = lines.flatMap((line) => /^createType\s*=\s*"?([^"]*)"?$/i.exec(line)?.[1] ?? [])
  const [type] = types
  if (type === undefined || types.length > 1)
    faults.push(fault('malformed', 'its descriptor does not say once what it is'))
  else if (!ALLOWED_TYPES.includes(type)) faults.push(fault('foreign_extents', `it is of the kind ${shown(type)}`))
  if (lines.some((line) => /^parentFileNameHint/i.test(line))) faults.push(fault('backing_file', 'it names a parent'))
  const parent = lines.flatMap((line) => /^parentCID\s*=\s*(\S*)$/i.exec(line)?.[1] ?? [])
  if (parent.some((cid) => cid.toLowerCase() !== 'ffffffff')) faults.push(fault('backing_file', 'it has a parent'))
  return [...faults, ...extentFaults(lines)]
}

function extentFaults(lines: readonly string[]): readonly Fault[] {
  const extents = lines.filter((line) => /^(RW|RDONLY|NOACCESS)\b/i.test(line))
  if (extents.length !== 1) return [fault('foreign_extents', `it has ${extents.length} extents, not one`)]
  const [, name = ''] = /^RW \d{1,15} SPARSE "([^"]*)"$/.exec(extents[0] ?? '') ?? []
  const plain = name !== '' && !/[/\\:]/.test(name) && name !== '.' && name !== '..'
  return plain ? [] : [fault('foreign_extents', `its extent is ${shown(extents[0] ?? '')}`)]
}

/** It goes into a message. */
function shown(text: string): string {
  return JSON.stringify(text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 60))
}
