import type { ApiDeps } from '../deps.ts'
import type { Cells } from '../../cells/cells.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Millis } from '../../domain/unit/units.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Zone } from '../../domain/aggregate/aggregate.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { aggregateStates, knownHosts } from '../../storage/global/aggregates.ts'
import { authorize } from '../authorize.ts'
import { hostRows, isUp } from '../../storage/cell/hosts.ts'
import { id } from '../../domain/ids.ts'
import { parse } from '../parse.ts'
import { zoneQuery, type ZoneQuery } from './input.ts'
import { zonesOf } from './zones-of.ts'

/** Where servers may be asked to stand. */
export interface ZoneVerbs {
  /** By name. Hosts of a cell that does not answer count as down. @throws `policy.forbidden`, `aggregate.invalid` */
  list(query?: ZoneQuery): Promise<readonly Zone[]>
}

export function zoneVerbs({ global, cells, policy, downAfter }: ApiDeps, context: RequestContext): ZoneVerbs {
  const allow = (rule: string): void => authorize(policy, rule, context, context)
  return {
    list: async (query = {}) => {
      allow('zones:list')
      const { detailed } = parse(zoneQuery, query, (what) => aggregateErrors.invalid({ what }))
      if (detailed) allow('zones:list:detailed')
      const usable = await usableHosts(cells, downAfter)
      const zones = await global.read(async (tx) => zonesOf(await aggregateStates(tx), await knownHosts(tx), usable))
      return detailed ? zones : zones.map(({ name, available }) => ({ name, available }))
    },
  }
}

/** Those that are enabled and whose agents were heard of lately. */
async function usableHosts(cells: Cells, downAfter: Millis): Promise<ReadonlySet<HostName>> {
  const answers = await cells.ask(async (tx) => {
    const now = await tx.now()
    return (await hostRows(tx)).filter((row) => row.enabled === 1 && isUp(row, now, downAfter))
  })
  const rows = answers.flatMap((answer) => (answer.kind === 'ok' ? answer.value : []))
  return new Set(rows.map((row) => id<HostName>(row.host)))
}
