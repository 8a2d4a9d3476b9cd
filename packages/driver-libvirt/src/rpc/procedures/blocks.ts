import { firstOf, struct } from '../xdr/compounds.ts'
import { int32, text, truth, uint64 } from '../xdr/scalars.ts'
import { domain as dom } from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText, room } from './procedure.ts'

/** Work on the disks of a running domain. `bandwidth` 0 is as fast as it goes. */
export const blockCalls = {
  domainBlockJobAbort: call(237, { dom, path: text, flags }),
  /** Without a job `found` is false and the rest is zero. */
  domainGetBlockJobInfo: call(
    238,
    { dom, path: text, flags },
    struct({ found: truth, type: int32, bandwidth: uint64, cur: uint64, end: uint64 }),
  ),
  domainBlockJobSetSpeed: call(239, { dom, path: text, bandwidth: uint64, flags }),
  domainBlockPull: call(240, { dom, path: text, bandwidth: uint64, flags }),
  /** Size in KiB, unless flags say bytes. */
  domainBlockResize: call(251, { dom, disk: text, size: uint64, flags }),
  domainSetBlockIoTune: call(252, { dom, disk: text, params, flags }),
  domainGetBlockIoTune: call(253, { dom, disk: maybeText, room: room(32), flags }, firstOf(params, int32)),
  domainBlockRebase: call(266, { dom, path: text, base: maybeText, bandwidth: uint64, flags }),
  domainBlockCommit: call(290, { dom, disk: text, base: maybeText, top: maybeText, bandwidth: uint64, flags }),
  domainBlockCopy: call(345, { dom, path: text, destination: text, params, flags }),
  domainSetBlockThreshold: call(386, { dom, device: text, threshold: uint64, flags }),
  domainBackupBegin: call(421, { dom, backup: text, checkpoint: maybeText, flags }),
  domainBackupGetXmlDesc: call(422, { dom, flags }, text),
} as const
