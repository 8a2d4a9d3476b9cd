import { describe, it } from 'vitest'
import type { Bench } from './hypervisor/bench.ts'
import type { Cases, Needs, Run } from './hypervisor/cases.ts'
import type { HypervisorCase } from './hypervisor/all-cases.ts'
import type { HypervisorDriver } from '../ports/hypervisor.ts'
import type { HypervisorSuite } from './hypervisor/suite.ts'
import { openBench } from './hypervisor/bench.ts'
import { sections } from './hypervisor/all-cases.ts'

export { sampleSpawnOrder } from './hypervisor/order.ts'
export type { HypervisorCase } from './hypervisor/all-cases.ts'
export type { HypervisorSuite } from './hypervisor/suite.ts'

/**
 * What every hypervisor driver must do. The core's cases are for all; a facet's cases run where the open host has the
 * facet, and are reported as skipped where it has not. After each case the suite destroys what it made and checks that
 * nothing is left. Call it in a test file of its own.
 */
export function describeHypervisorDriver<Driver extends HypervisorDriver>(
  name: string,
  suite: HypervisorSuite<Driver>,
): void {
  describe(`hypervisor driver: ${name}`, () => {
    for (const [section, cases] of Object.entries<Cases>(sections)) {
      describe(section, () => declare(suite, cases))
    }
  })
}

function declare<Driver extends HypervisorDriver>(suite: HypervisorSuite<Driver>, cases: Cases): void {
  for (const [title, one] of Object.entries(cases)) {
    const { needs, run } = typeof one === 'function' ? { needs: {}, run: one } : one
    const reason = suite.skip?.[title as HypervisorCase]
    if (reason === undefined) {
      it(title, async (context) => {
        const missing = await tryOut(suite, needs, run)
        if (missing !== null) context.skip(missing)
      })
    } else it.skip(`${title} (${reason})`, () => undefined)
  }
}

/** Carries a case out, or says what the host lacks for it. */
async function tryOut<Driver extends HypervisorDriver>(
  suite: HypervisorSuite<Driver>,
  needs: Needs,
  run: Run,
): Promise<string | null> {
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

async function missingOf({ host }: Bench, needs: Needs, hasPeer: boolean): Promise<string | null> {
  if (needs.facet !== undefined && host[needs.facet] === undefined) return `the host has no facet ${needs.facet}`
  if (needs.peer === true && !hasPeer) return 'the suite has no peer to move to'
  if (needs.nodes === undefined) return null
  const nodes = (await host.inventory()).length
  return nodes < needs.nodes ? `the host has ${nodes} of the ${needs.nodes} nodes that it takes` : null
}
