import type { ApiDeps } from '../deps.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { authorize } from '../authorize.ts'
import { changeFlavor } from '../../storage/global/flavors.ts'
import { extraSpecs } from './input.ts'
import { flavorErrors } from '../../domain/flavor/errors.ts'
import { heldFlavor } from './visible-flavor.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/** What operators tell the scheduler and the driver. Servers keep the extra specs that they were made with. */
export interface ExtraSpecVerbs {
  /** Adds these and replaces those of the same key. @throws `flavor.not_found` */
  set(flavor: string, specs: Readonly<Record<string, string>>): Promise<Flavor>
  /** Changes nothing where the key is not there. @throws `flavor.not_found` */
  unset(flavor: string, key: string): Promise<Flavor>
}

export function extraSpecVerbs({ global, policy }: ApiDeps, context: RequestContext): ExtraSpecVerbs {
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  const change = (flavor: string, to: (before: Flavor['extraSpecs']) => Flavor['extraSpecs']): Promise<Flavor> =>
    global.write(async (tx) => {
      const before = await heldFlavor(tx, context, policy, flavor)
      const after = { extraSpecs: parse(extraSpecs, to(before.extraSpecs), invalid, 'extraSpecs') }
      await changeFlavor(tx, before.id, after)
      return { ...before, ...after }
    })
  return {
    set: async (flavor, specs) => {
      allow('flavors:extraSpecs:set')
      const added = parse(extraSpecs, specs, invalid, 'extraSpecs')
      return change(flavor, (before) => ({ ...before, ...added }))
    },
    unset: async (flavor, key) => {
      allow('flavors:extraSpecs:unset')
      const gone = parse(reference, key, invalid, 'the key')
      return change(flavor, (before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== gone)))
    },
  }
}

function invalid(what: string): NovakitError {
  return flavorErrors.invalid({ what })
}
