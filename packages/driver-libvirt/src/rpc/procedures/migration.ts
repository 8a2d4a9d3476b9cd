import { struct } from '../xdr/compounds.ts'
import { bytes, int32, text, truth, uint64 } from '../xdr/scalars.ts'
import { domain as dom } from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText } from './procedure.ts'

/**
 * Migration, version 3 with parameters. Peer to peer one call does it all: `domainMigratePerform3Params` on the
 * source, with the destination's URI; the other steps are for those who speak to both sides.
 */
export const migrationCalls = {
  domainMigrateBegin3Params: call(302, { dom, params, flags }, struct({ cookie: bytes, xml: text })),
  domainMigratePrepare3Params: call(303, { params, cookie: bytes, flags }, struct({ cookie: bytes, uri: maybeText })),
  /** Answers when the migration is over. */
  domainMigratePerform3Params: call(305, { dom, destination: maybeText, params, cookie: bytes, flags }, bytes),
  domainMigrateFinish3Params: call(
    306,
    { params, cookie: bytes, flags, cancelled: truth },
    struct({ dom, cookie: bytes }),
  ),
  domainMigrateConfirm3Params: call(307, { dom, params, cookie: bytes, flags, cancelled: truth }),

  /** Milliseconds. */
  domainMigrateSetMaxDowntime: call(166, { dom, downtime: uint64, flags }),
  domainMigrateGetMaxDowntime: call(387, { dom, flags }, uint64),
  /** MiB a second. */
  domainMigrateSetMaxSpeed: call(207, { dom, bandwidth: uint64, flags }),
  domainMigrateGetMaxSpeed: call(242, { dom, flags }, uint64),
  domainMigrateGetCompressionCache: call(299, { dom, flags }, uint64),
  domainMigrateSetCompressionCache: call(300, { dom, cacheSize: uint64, flags }),
  domainMigrateStartPostCopy: call(364, { dom, flags }),
  domainStartDirtyRateCalc: call(427, { dom, seconds: int32, flags }),
} as const
