import type { Life, Simulation } from './simulate.ts'
import type { Plan } from './plan.ts'
import { ddmin } from './ddmin.ts'
import { simulate } from './simulate.ts'

/**
 * A life that fails as well, with less in it: fewer kinds of trouble, a shorter time, fewer single things that go wrong
 * and are asked for.
 * @param budget so many lives are tried at most
 */
export async function shrink(options: Simulation, failed: Life, budget = 150): Promise<Life> {
  let best = failed
  let tries = 0
  const fails = async (plan: Partial<Plan>): Promise<boolean> => {
    if (tries++ >= budget) return false
    const life = await simulate({ ...options, plan: { ...best.plan, ...plan } })
    if (life.findings.length === 0) return false
    best = life
    return true
  }
  await ddmin(best.plan.troubles, (troubles) => fails({ troubles }))
  while (best.plan.span > 1000 && (await fails({ span: Math.floor(best.plan.span / 2) }))) continue
  const { acts } = best
  await ddmin(acts, (some) => {
    const kept = new Set(some)
    return fails({ without: acts.filter((act) => !kept.has(act)) })
  })
  return best
}
