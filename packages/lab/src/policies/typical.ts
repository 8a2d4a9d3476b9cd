import type { TypicalRequest } from '@novakit/scheduler'
import type { Job } from '../workload/workload.ts'

/**
 * The commonest kinds of requests until they are `cover` of all, with their shares among those.
 * @param classes of a root that tell kinds apart; other amounts are left out
 */
export function typicalOf(
  jobs: readonly Job[],
  device: string,
  { cover, classes }: { readonly cover: number; readonly classes: readonly string[] },
): readonly TypicalRequest[] {
  const kinds = new Map<string, { kind: Omit<TypicalRequest, 'share'>; count: number }>()
  for (const { shape } of jobs) {
    const resources = Object.fromEntries(classes.map((name) => [name, shape.resources[name] ?? 0]))
    const asked = shape.devices.find((each) => each.class === device)
    const devices = asked === undefined ? null : { units: asked.units, count: asked.count }
    const kind = { resources, devices, traits: asked?.traits ?? [] }
    const key = JSON.stringify(kind)
    const before = kinds.get(key)
    if (before === undefined) kinds.set(key, { kind, count: 1 })
    else before.count++
  }
  const commonest = [...kinds.values()].toSorted((a, b) => b.count - a.count)
  const chosen: typeof commonest = []
  let covered = 0
  for (const each of commonest) {
    if (covered >= cover * jobs.length) break
    chosen.push(each)
    covered += each.count
  }
  return chosen.map(({ kind, count }) => ({ ...kind, share: count / covered }))
}
