import type { LimitsInForce } from '../../storage/global/quota-limits.ts'
import { quotaErrors } from '../../domain/quota/errors.ts'
import { UNLIMITED } from '../../domain/quota/quota.ts'

/** One server may have so many items. @throws `quota.exceeded` */
export function checkMetadata(limits: LimitsInForce, metadata: Readonly<Record<string, string>>): void {
  const requested = Object.keys(metadata).length
  if (requested === 0) return
  const resource = 'metadata_items'
  const limit = limits.user[resource] ?? limits.project[resource]
  if (limit !== UNLIMITED && requested > limit) throw quotaErrors.exceeded({ resource, requested, used: 0, limit })
}
