import type { ApiDeps } from '../deps.ts'
import type { Cells } from '../../cells/cells.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName } from '../../domain/ids.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Zone } from '../../domain/aggregate/aggregate.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { aggregateStates, knownHosts } from '../../storage/global/aggregates.ts'
import { authorize } from '../authorize.ts'
import { elapsed, instant, seconds } from '../../domain/unit/units.ts'
import { hostRows } from '../../storage/cell/hosts.ts'
import { id } from '../../domain/ids.ts'
import { parse } from '../parse.ts'
import { zoneQuery, type ZoneQuery } from './input.ts'
import { zonesOf } from './zones-of.ts'

/** Where servers may be asked to stand. */
export interface ZoneVerbs {
  /** By name. Hosts of a cell that does not answer count as down. @throws `policy.forbidden`, `aggregate.invalid` */
  list(query?: ZoneQuery): Promise<readonly Zone[]>
}

/** Nova's `service_down_time`. */
const DOWN_AFTER = seconds(60)

export function zoneVerbs({ global, cells, policy }: ApiDeps, context: RequestContext): ZoneVerbs {
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  return {
    list: async (query = {}) => {
      allow('zones:list')
      const { detailed } = parse(zoneQuery, query, (what) => aggregateErrors.invalid({ what }))
      if (detailed) allow('zones:list:detailed')
      const usable = await usableHosts(cells)
      const zones = await global.read(async (tx) => zonesOf(await aggregateStates(tx), await knownHosts(tx), usable))
      return detailed ? zones : zones.map(({ name, available }) => ({ name, available }))
    },
  }
}

/** Those that are enabled and whose agents were heard of lately. */
async function usableHosts(cells: Cells): Promise<ReadonlySet<HostName>> {
  const answers = await cells.ask(usableIn)
  return new Set(answers.flatMap((answer) => (answer.kind === 'ok' ? answer.value : [])))
}

async function usableIn(tx: CellTx): Promise<readonly HostName[]> {
  const now = await tx.now()
  return (await hostRows(tx))
    .filter((row) => row.enabled === 1 && row.forced_down === 0)
    .filter((row) => elapsed(instant(row.last_seen_at), now) <= DOWN_AFTER)
    .map((row) => id<HostName>(row.host))
}
