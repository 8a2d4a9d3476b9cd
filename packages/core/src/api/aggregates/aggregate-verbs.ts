import type { ApiDeps } from '../deps.ts'
import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { AggregateId } from '../../domain/ids.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import {
  aggregateChange,
  metadata,
  metadataChange,
  newAggregate,
  zone,
  type AggregateChange,
  type NewAggregate,
} from './input.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { aggregateHostVerbs, type AggregateHostVerbs } from './host-verbs.ts'
import { aggregateStates, deleteAggregate, insertAggregate } from '../../storage/global/aggregates.ts'
import { authorize } from '../authorize.ts'
import { changeHeld } from './change-held.ts'
import { changing } from './changing.ts'
import { heldAggregate, knownAggregate } from './known-aggregate.ts'
import { id } from '../../domain/ids.ts'
import { parse } from '../parse.ts'
import { ZONE_KEY } from '../../domain/aggregate/aggregate.ts'

/**
 * Sets of hosts with metadata, and the availability zones that they make. An aggregate is named by its id or its name.
 * Every verb throws `policy.forbidden`, and `aggregate.invalid` for what it cannot read.
 */
export interface AggregateVerbs extends AggregateHostVerbs {
  /** @throws `aggregate.exists` */
  create(aggregate: NewAggregate): Promise<Aggregate>
  /** @throws `aggregate.not_found` */
  get(aggregate: string): Promise<Aggregate>
  /** All, by name. */
  list(): Promise<readonly Aggregate[]>
  /** @throws `aggregate.not_found`, `aggregate.exists`, `aggregate.other_zone`, `aggregate.in_use` */
  update(aggregate: string, change: AggregateChange): Promise<Aggregate>
  /** Adds these and replaces those of the same key; null removes one. @throws as {@link update} */
  setMetadata(aggregate: string, change: Readonly<Record<string, string | null>>): Promise<Aggregate>
  /** @throws `aggregate.not_found`, `aggregate.has_hosts` */
  delete(aggregate: string): Promise<void>
}

export function aggregateVerbs(deps: ApiDeps, context: RequestContext): AggregateVerbs {
  const { global, ledger, policy, ids } = deps
  const write = changing(deps)
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  return {
    create: async (input) => {
      allow('aggregates:create')
      const { name, zone } = parse(newAggregate, input, invalid)
      const aggregate = { id: id<AggregateId>(ids.uuid()), name, metadata: zone === null ? {} : { [ZONE_KEY]: zone } }
      return global.write(async (tx) => {
        const created = { ...aggregate, createdAt: await tx.now() }
        if (!(await insertAggregate(tx, created))) throw aggregateErrors.exists({ name })
        return { ...created, zone, hosts: [] }
      })
    },
    get: async (aggregate) => {
      allow('aggregates:get')
      return global.read((tx) => knownAggregate(tx, aggregate))
    },
    list: async () => {
      allow('aggregates:list')
      return global.read(aggregateStates)
    },
    update: async (aggregate, input) => {
      allow('aggregates:update')
      const { name, zone } = parse(aggregateChange, input, invalid)
      return write(async (tx) => {
        const before = await heldAggregate(tx, aggregate)
        return changeHeld(tx, ledger, before, {
          name: name ?? before.name,
          metadata: zone === undefined ? before.metadata : merged(before.metadata, { [ZONE_KEY]: zone }),
        })
      })
    },
    setMetadata: async (aggregate, input) => {
      allow('aggregates:setMetadata')
      const change = parse(metadataChange, input, invalid, 'metadata')
      if (typeof change[ZONE_KEY] === 'string') change[ZONE_KEY] = parse(zone, change[ZONE_KEY], invalid, ZONE_KEY)
      return write(async (tx) => {
        const before = await heldAggregate(tx, aggregate)
        return changeHeld(tx, ledger, before, { name: before.name, metadata: merged(before.metadata, change) })
      })
    },
    delete: async (aggregate) => {
      allow('aggregates:delete')
      await global.write(async (tx) => {
        const held = await heldAggregate(tx, aggregate)
        if (held.hosts.length > 0) throw aggregateErrors.has_hosts({ aggregate: held.name })
        await deleteAggregate(tx, held.id)
      })
    },
    ...aggregateHostVerbs(deps, context),
  }
}

/** @throws `aggregate.invalid` where it becomes too many keys */
function merged(before: Aggregate['metadata'], change: Readonly<Record<string, string | null>>): Aggregate['metadata'] {
  const kept = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null)
  return parse(metadata, Object.fromEntries(kept), invalid, 'metadata')
}

function invalid(what: string): NovakitError {
  return aggregateErrors.invalid({ what })
}
