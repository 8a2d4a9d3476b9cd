import type { ServerGroupPolicy, Verbs } from '@novakit/core'
import type { TraceRule, TraceSet } from './set.ts'
import { eachOf } from './each-of.ts'
import { traceProject } from './trace-cloud.ts'

/** The metadata key of racks: the level that groups count by. */
const LEVEL = 'rack'

const policies: Readonly<Record<TraceRule, { readonly policy: ServerGroupPolicy; readonly level: string | null }>> = {
  affinity: { policy: 'affinity', level: LEVEL },
  'anti-affinity': { policy: 'anti-affinity', level: null },
  'fault-domain': { policy: 'partition', level: LEVEL },
}

/** What is made before anybody asks for a server: quota lifted, racks, flavors, groups. What is there already stays. */
export async function prepare(verbs: Verbs, set: TraceSet): Promise<Prepared> {
  const none = -1
  const lifted = { instances: none, cores: none, ram: none, server_groups: none, server_group_members: none }
  await verbs.quotas.set(traceProject, lifted)
  await makeRacks(verbs, set)
  await makeFlavors(verbs, set)
  return { groups: await makeGroups(verbs, set) }
}

export interface Prepared {
  /** Key → id. */
  readonly groups: ReadonlyMap<string, string>
}

async function makeRacks({ aggregates }: Verbs, { hosts }: TraceSet): Promise<void> {
  const known = new Map((await aggregates.list()).map((aggregate) => [aggregate.name, aggregate]))
  const racks = [...Map.groupBy(hosts, ({ rack }) => rack)]
  await eachOf(racks, 16, async ([rack, members]) => {
    const before = known.get(rack) ?? (await aggregates.create({ name: rack }))
    if (before.metadata[LEVEL] === undefined) await aggregates.setMetadata(before.id, { [LEVEL]: rack })
    const there = new Set<string>(before.hosts)
    for (const { name } of members) if (!there.has(name)) await aggregates.addHost(before.id, name)
  })
}

export const flavorOf = ({ vcpus, memoryGiB }: { readonly vcpus: number; readonly memoryGiB: number }): string =>
  `v${vcpus}-m${memoryGiB}`

async function makeFlavors({ flavors }: Verbs, { requests }: TraceSet): Promise<void> {
  const known = new Set((await flavors.list()).map(({ name }) => name))
  const wanted = new Map(requests.map((request) => [flavorOf(request), request]))
  for (const [name, { vcpus, memoryGiB }] of wanted) {
    if (!known.has(name)) await flavors.create({ name, vcpus, memory: memoryGiB * 1024, disk: 0 })
  }
}

async function makeGroups({ serverGroups }: Verbs, { requests }: TraceSet): Promise<ReadonlyMap<string, string>> {
  const ids = new Map((await serverGroups.list()).map(({ name, id }) => [name, id as string]))
  const wanted = new Map(requests.flatMap(({ group }) => (group === null ? [] : [[group.key, group.rule] as const])))
  const missing = [...wanted].filter(([key]) => !ids.has(key))
  await eachOf(missing, 16, async ([key, rule]) => {
    const { id } = await serverGroups.create({ name: key, ...policies[rule] })
    ids.set(key, id)
  })
  return ids
}
