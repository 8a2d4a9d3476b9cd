import type { Bench } from './bench.ts'
import type { Case, Needs } from './cases.ts'
import type { HypervisorDriver } from '../../ports/hypervisor.ts'
import type { HypervisorSuite } from './suite.ts'
import { openBench } from './bench.ts'

/** Carries a case out, or says what the host lacks for it. */
export async function tryOut<Driver extends HypervisorDriver>(
  suite: HypervisorSuite<Driver>,
  one: Case,
): Promise<string | null> {
  const { needs, run } = typeof one === 'function' ? { needs: {}, run: one } : one
  const bench = await openBench(suite)
  try {
    const missing = await missingOf(bench, needs, suite.peer !== undefined)
    if (missing === null) await run(bench)
    await bench.cleanUp()
    return missing
  } catch (error) {
    // The case's own failure is the one to be told, even where cleaning up fails as well.
    await bench.cleanUp().catch(() => undefined)
    throw error
  }
}

/** What the host lacks for each case that it cannot be asked; looked at once, before the cases are declared. */
export async function missingFor<Driver extends HypervisorDriver>(
  suite: HypervisorSuite<Driver>,
  cases: readonly (readonly [title: string, one: Case])[],
): Promise<ReadonlyMap<string, string>> {
  const bench = await openBench(suite)
  try {
    const missing = new Map<string, string>()
    for (const [title, one] of cases) {
      const needs = typeof one === 'function' ? {} : one.needs
      const lack = await missingOf(bench, needs, suite.peer !== undefined)
      if (lack !== null) missing.set(title, lack)
    }
    return missing
  } finally {
    await bench.cleanUp()
  }
}

async function missingOf({ host }: Bench, needs: Needs, hasPeer: boolean): Promise<string | null> {
  if (needs.facet !== undefined && host[needs.facet] === undefined) return `the host has no facet ${needs.facet}`
  if (needs.peer === true && !hasPeer) return 'the suite has no peer to move to'
  if (needs.nodes === undefined) return null
  const nodes = (await host.inventory()).length
  return nodes < needs.nodes ? `the host has ${nodes} of the ${needs.nodes} nodes that it takes` : null
}
