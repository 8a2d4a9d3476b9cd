import { id, type ProviderId } from '@novakit/core'
import { getProvider, usageByType, usageOf, usageOfProject, type TypedUsage } from '@novakit/placement'
import { allow, checkQuery, param, type Handler } from '../call.ts'
import { notFound } from '../fault.ts'
import { parseQuery } from '../query.ts'
import { rules } from '../policy/rules.ts'
import { getUsages } from '../schemas/allocations.ts'
import { wording } from '../wire/words.ts'

/** Since then usage is told by type of consumer. */
const TYPES = 38

export const ofProvider: Handler = async (call) => {
  allow(call, rules.providerUsages)
  const uuid = param(call, 'uuid')
  const faults = {
    'placement.provider_not_found': (words: string) =>
      notFound(`No resource provider with uuid ${uuid} found: ${words}`),
  }
  const { provider, usage } = await wording(faults, () =>
    call.at.store.read(async (tx) => {
      const found = await getProvider(tx, id<ProviderId>(uuid))
      return { provider: found, usage: await usageOf(tx, found.id) }
    }),
  )
  const body = { resource_provider_generation: provider.generation, usages: Object.fromEntries(usage) }
  return { status: 200, body, modified: null }
}

export const ofProject: Handler = async (call) => {
  const asked = parseQuery(call.search)
  const owner = asked.get('project_id')
  allow(call, rules.totalUsages, owner === undefined ? {} : { project: owner })
  checkQuery(call, getUsages)
  const user = asked.get('user_id')
  const filter = { project: owner ?? '', ...(user === undefined ? {} : { user }) }
  const usages = await call.at.store.read(async (tx) => {
    if (call.minor < TYPES) return Object.fromEntries((await usageOfProject(tx, filter)).usage)
    const type = asked.get('consumer_type')
    if (type === 'all') return keyed('all', [await usageOfProject(tx, filter)])
    if (type === undefined) return keyed(null, await usageByType(tx, filter))
    return keyed(null, await usageByType(tx, { ...filter, consumerType: type === 'unknown' ? null : type }))
  })
  return { status: 200, body: { usages }, modified: null }
}

/** Where nothing is used there is no line. */
function keyed(name: string | null, found: readonly TypedUsage[]) {
  const lines = found
    .filter(({ consumers }) => consumers > 0)
    .map(({ consumerType, consumers, usage }) => [
      name ?? consumerType ?? 'unknown',
      { ...Object.fromEntries(usage), consumer_count: consumers },
    ])
  return Object.fromEntries(lines) as Readonly<Record<string, unknown>>
}
