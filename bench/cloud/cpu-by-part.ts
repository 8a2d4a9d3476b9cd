import { Session, type Profiler } from 'node:inspector/promises'

/** Milliseconds of the main thread, by the part of the house whose code ran or had something run. */
export type CpuByPart = ReadonlyMap<string, number>

/** Runs `work` under the processor's own sampling. */
export async function cpuByPart(work: () => Promise<void>): Promise<CpuByPart> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
    await work()
    const { profile } = await session.post('Profiler.stop')
    return sums(profile)
  } finally {
    session.disconnect()
  }
}

function sums({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): CpuByPart {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)))
  const parts = new Map<number, string>()
  const partOf = (id: number): string => {
    const known = parts.get(id)
    if (known !== undefined) return known
    const node = byId.get(id)
    const own = node === undefined ? null : partOfFrame(node.callFrame)
    const parent = parents.get(id)
    const part = own ?? (parent === undefined ? 'node itself' : partOf(parent))
    parts.set(id, part)
    return part
  }
  const total = new Map<string, number>()
  for (const [at, id] of samples.entries()) {
    const part = partOf(id)
    total.set(part, (total.get(part) ?? 0) + (timeDeltas[at] ?? 0) / 1000)
  }
  return total
}

/** Null: of whoever called it. */
function partOfFrame({ functionName, url }: Profiler.ProfileNode['callFrame']): string | null {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(idle)') return 'idle'
  const [, core] = /\/packages\/core\/src\/([^/]+)\//.exec(url) ?? []
  if (core !== undefined) return url.includes('/storage/sqlite/') ? 'storage: SQLite itself' : core
  const [, room] = /\/packages\/([^/]+)\/src\//.exec(url) ?? []
  return room ?? null
}
