import type { ApiDeps } from '../deps.ts'
import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { AggregateId, HostName } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { PlacementLedger } from '../../ports/placement.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { addAggregateHost, holdHosts, removeAggregateHost } from '../../storage/global/aggregates.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { authorize } from '../authorize.ts'
import { changing } from './changing.ts'
import { checkLevels } from './check-levels.ts'
import { checkZone } from './check-zone.ts'
import { heldAggregate } from './known-aggregate.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { id } from '../../domain/ids.ts'
import { nodesOfHost } from '../../storage/global/hosts.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/** Which hosts an aggregate has. Placement follows in the same transaction. */
export interface AggregateHostVerbs {
  /** @throws `aggregate.not_found`, `host.not_found`, `aggregate.host_exists`, `aggregate.other_zone`, `aggregate.in_use` */
  addHost(aggregate: string, host: string): Promise<Aggregate>
  /** @throws `aggregate.not_found`, `host.not_found` where the host is not in it, `aggregate.in_use` */
  removeHost(aggregate: string, host: string): Promise<Aggregate>
}

export function aggregateHostVerbs(deps: ApiDeps, context: RequestContext): AggregateHostVerbs {
  const { policy, ledger } = deps
  const write = changing(deps)
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  return {
    addHost: async (aggregate, host) => {
      allow('aggregates:addHost')
      const name = id<HostName>(parse(reference, host, invalid, 'host'))
      return write(async (tx) => {
        const before = await heldAggregate(tx, aggregate)
        const [known] = await holdHosts(tx, [name])
        if (known === undefined) throw hostErrors.not_found({ host: name })
        await checkZone(tx, before, before.zone, [name])
        await checkLevels(tx, ledger, [name], Object.keys(before.metadata))
        if (!(await addAggregateHost(tx, before.id, name)))
          throw aggregateErrors.host_exists({ aggregate: before.name, host: name })
        await tellPlacement(tx, ledger, name, (others) => [...others, before.id])
        return { ...before, hosts: [...before.hosts, name].toSorted() }
      })
    },
    removeHost: async (aggregate, host) => {
      allow('aggregates:removeHost')
      const name = id<HostName>(parse(reference, host, invalid, 'host'))
      return write(async (tx) => {
        const before = await heldAggregate(tx, aggregate)
        await holdHosts(tx, [name])
        if (before.hosts.includes(name)) await checkLevels(tx, ledger, [name], Object.keys(before.metadata))
        if (!(await removeAggregateHost(tx, before.id, name))) throw hostErrors.not_found({ host: name })
        await tellPlacement(tx, ledger, name, (others) => others.filter((other) => other !== before.id))
        return { ...before, hosts: before.hosts.filter((each) => each !== name) }
      })
    },
  }
}

/** Changes what the host's nodes are members of. Aggregates that others gave them in placement stay. */
async function tellPlacement(
  tx: GlobalTx,
  ledger: PlacementLedger,
  host: HostName,
  change: (aggregates: readonly AggregateId[]) => readonly AggregateId[],
): Promise<void> {
  const roots = (await nodesOfHost(tx, host)).map(({ provider }) => provider)
  if (roots.length === 0) return
  for (const { id: provider, aggregates } of await ledger.providers(tx, roots))
    await ledger.setAggregates(tx, provider, change(aggregates))
}

function invalid(what: string): NovakitError {
  return aggregateErrors.invalid({ what })
}
