import { z } from 'zod'
import { quotaErrors } from '../../domain/quota/errors.ts'
import { quotaResources, UNLIMITED, type QuotaResource } from '../../domain/quota/quota.ts'
import { parse, shown } from '../parse.ts'
import { reference, wholeNumber } from '../fields.ts'

/** -1 is without limit; `ram` is in MiB. What is absent stays as it is. */
export type NewLimits = Readonly<Partial<Record<QuotaResource, number>>>

/** Narrows to one user of the project. */
export interface OfUser {
  readonly user?: string
}

export const ofUser = z.strictObject({ user: reference.optional() })

const limits = z.strictObject(
  Object.fromEntries(quotaResources.map((resource) => [resource, wholeNumber(UNLIMITED).optional()])),
)

/** @throws `quota.unknown_resource`, `quota.invalid` */
export function parseLimits(input: unknown): NewLimits {
  const unknown = Object.keys(Object(input)).find((key) => !(quotaResources as readonly string[]).includes(key))
  if (unknown !== undefined) throw quotaErrors.unknown_resource({ resource: shown(unknown) })
  const parsed = parse(limits, input, (what) => quotaErrors.invalid({ what }), 'limits')
  return Object.fromEntries(Object.entries(parsed).filter(([, limit]) => limit !== undefined))
}
