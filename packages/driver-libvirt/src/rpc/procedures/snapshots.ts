import { array, firstOf } from '../xdr/compounds.ts'
import { int32, text, truth } from '../xdr/scalars.ts'
import { checkpoint, domain as dom, snapshot as snap } from '../wire/objects.ts'
import { call, flags, needResults } from './procedure.ts'

const snapshots = firstOf(array(snap), int32)
const checkpoints = firstOf(array(checkpoint), int32)

export const snapshotCalls = {
  domainSnapshotCreateXml: call(185, { dom, xml: text, flags }, snap),
  domainSnapshotGetXmlDesc: call(186, { snap, flags }, text),
  domainSnapshotLookupByName: call(189, { dom, name: text, flags }, snap),
  domainHasCurrentSnapshot: call(190, { dom, flags }, truth),
  domainSnapshotCurrent: call(191, { dom, flags }, snap),
  domainRevertToSnapshot: call(192, { snap, flags }),
  domainSnapshotDelete: call(193, { snap, flags }),
  domainSnapshotGetParent: call(244, { snap, flags }, snap),
  domainSnapshotIsCurrent: call(271, { snap, flags }, truth),
  domainSnapshotHasMetadata: call(272, { snap, flags }, truth),
  domainListAllSnapshots: call(274, { dom, needResults, flags }, snapshots),
  domainSnapshotListAllChildren: call(275, { snap, needResults, flags }, snapshots),

  domainCheckpointCreateXml: call(411, { dom, xml: text, flags }, checkpoint),
  domainCheckpointGetXmlDesc: call(412, { checkpoint, flags }, text),
  domainListAllCheckpoints: call(413, { dom, needResults, flags }, checkpoints),
  domainCheckpointLookupByName: call(415, { dom, name: text, flags }, checkpoint),
  domainCheckpointDelete: call(417, { checkpoint, flags }),
} as const
