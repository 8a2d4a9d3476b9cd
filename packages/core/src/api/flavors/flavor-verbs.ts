import type { ApiDeps } from '../deps.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { FlavorId } from '../../domain/ids.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { accessVerbs, type AccessVerbs } from './access-verbs.ts'
import { authorize } from '../authorize.ts'
import { changeFlavor, deleteFlavor, insertFlavor, listFlavors } from '../../storage/global/flavors.ts'
import { flavorQuery, newFlavor, type FlavorQuery, type NewFlavor } from './input.ts'
import { description } from '../fields.ts'
import { extraSpecVerbs, type ExtraSpecVerbs } from './extra-spec-verbs.ts'
import { heldFlavor, visibleFlavor } from './visible-flavor.ts'
import { flavorErrors } from '../../domain/flavor/errors.ts'
import { gib, mib, vcpus } from '../../domain/unit/units.ts'
import { id } from '../../domain/ids.ts'
import { parse } from '../parse.ts'

/**
 * The sizes that servers come in. A flavor is named by its id or its name; where one's id is another's name, the id
 * counts. Every verb throws `policy.forbidden`, and `flavor.invalid` for what it cannot read.
 */
export interface FlavorVerbs {
  /** @throws `flavor.exists` where the name or the id is taken */
  create(flavor: NewFlavor): Promise<Flavor>
  /** @throws `flavor.not_found`, also for a private flavor of others */
  get(flavor: string): Promise<Flavor>
  /** Those that the caller's project may use. A page that is full may have another after its last flavor's id. */
  list(query?: FlavorQuery): Promise<readonly Flavor[]>
  /** Servers of this flavor keep their copy of it. @throws `flavor.not_found` */
  delete(flavor: string): Promise<void>
  /** @throws `flavor.not_found` */
  setDescription(flavor: string, text: string | null): Promise<Flavor>
  readonly extraSpecs: ExtraSpecVerbs
  readonly access: AccessVerbs
}

export function flavorVerbs(deps: ApiDeps, context: RequestContext): FlavorVerbs {
  const { global, policy, ids } = deps
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  return {
    create: async (input) => {
      allow('flavors:create')
      const { vcpus: cpus, memory, disk, ephemeral, swap, ...rest } = parse(newFlavor, input, invalid)
      const flavor: Flavor = {
        ...rest,
        id: id<FlavorId>(rest.id === 'auto' ? ids.uuid() : rest.id),
        vcpus: vcpus(cpus),
        memory: mib(memory),
        disk: gib(disk),
        ephemeral: gib(ephemeral),
        swap: mib(swap),
      }
      const inserted = await global.write((tx) => insertFlavor(tx, flavor))
      if (!inserted) throw flavorErrors.exists({ flavor: flavor.name })
      return flavor
    },
    get: async (flavor) => {
      allow('flavors:get')
      return global.read((tx) => visibleFlavor(tx, context, policy, flavor))
    },
    list: async (query = {}) => {
      allow('flavors:list')
      const { allProjects, ...selection } = parse(flavorQuery, query, invalid)
      if (allProjects) allow('flavors:list:all_projects')
      const visibleTo = allProjects ? null : context.project
      const flavors = await global.read((tx) => listFlavors(tx, { ...selection, visibleTo }))
      if (flavors === null) throw invalid('the marker is not the id of a flavor in this list.')
      return flavors
    },
    delete: async (flavor) => {
      allow('flavors:delete')
      await global.write(async (tx) => {
        const { id } = await heldFlavor(tx, context, policy, flavor)
        await deleteFlavor(tx, id)
      })
    },
    setDescription: async (flavor, text) => {
      allow('flavors:setDescription')
      const change = { description: parse(description.nullable(), text, invalid, 'description') }
      return global.write(async (tx) => {
        const before = await heldFlavor(tx, context, policy, flavor)
        await changeFlavor(tx, before.id, change)
        return { ...before, ...change }
      })
    },
    extraSpecs: extraSpecVerbs(deps, context),
    access: accessVerbs(deps, context),
  }
}

function invalid(what: string): NovakitError {
  return flavorErrors.invalid({ what })
}
