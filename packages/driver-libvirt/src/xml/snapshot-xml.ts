import { xmlDocument } from './base/document.ts'
import { attribute, child, leaf, list, mark, record, type ValueOf } from './base/fields.ts'
import { integer, string, word } from './base/scalars.ts'

const disk = record({
  /** The target (`vda`) or the path of the disk. */
  name: attribute('name', string),
  snapshot: attribute('snapshot', word('no', 'internal', 'external', 'manual')).maybe,
  type: attribute('type', word('file', 'block', 'network')).maybe,
  driver: mark('driver', 'type', string).maybe,
  source: mark('source', 'file', string).maybe,
})

const fields = {
  name: leaf('name', string).maybe,
  description: leaf('description', string).maybe,
  /** Said by libvirt: the state of the guest as it was taken, and when, in seconds since 1970. */
  state: leaf('state', string).maybe,
  creationTime: leaf('creationTime', integer).maybe,
  parent: child('parent', leaf('name', string)).maybe,
  memory: child(
    'memory',
    record({
      snapshot: attribute('snapshot', word('no', 'internal', 'external')),
      file: attribute('file', string).maybe,
    }),
  ).maybe,
  disks: child('disks', list('disk', disk)).maybe,
}

export type SnapshotDescription = ValueOf<typeof fields>

export const snapshotXml = xmlDocument<SnapshotDescription>('domainsnapshot', record(fields))
