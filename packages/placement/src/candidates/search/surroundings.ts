import type { Plan } from '../request/plan.ts'
import type { Surroundings } from '../request/reach.ts'
import type { ProviderIndex } from '../types.ts'

/** What a search sees of the index beside its trees, as it is now. */
export function surroundingsOf(index: ProviderIndex, { groups }: Plan): Surroundings {
  const named = groups.flatMap(({ group }) => group.inTree ?? [])
  const roots = new Map(named.map((id) => [id, index.treeOf(id)?.root]))
  return { sharing: index.sharing, rootOf: (id) => roots.get(id) }
}
