import { describe, it } from 'vitest'
import type { Case, Cases } from './hypervisor/cases.ts'
import type { HypervisorCase } from './hypervisor/all-cases.ts'
import type { HypervisorDriver } from '../ports/hypervisor.ts'
import type { HypervisorSuite } from './hypervisor/suite.ts'
import { sections } from './hypervisor/all-cases.ts'
import { missingFor, tryOut } from './hypervisor/try-out.ts'

export { sampleSpawnOrder } from './hypervisor/order.ts'
export type { HypervisorCase } from './hypervisor/all-cases.ts'
export type { HypervisorSuite } from './hypervisor/suite.ts'

/**
 * What every hypervisor driver must do. The core's cases are for all; a facet's cases are declared where the open host
 * has the facet, and where it has not, that no trait advertises it. A case that a driver cannot pass is named in `skip`
 * with its reason, and reported as skipped. After each case the suite destroys what it made and checks that nothing is
 * left. Call it in a test file of its own.
 */
export function describeHypervisorDriver<Driver extends HypervisorDriver>(
  name: string,
  suite: HypervisorSuite<Driver>,
): void {
  describe(`hypervisor driver: ${name}`, async () => {
    const all = Object.values(sections).flatMap((cases: Cases) => Object.entries(cases))
    const missing = await missingFor(suite, all)
    for (const [section, cases] of Object.entries<Cases>(sections)) {
      const fitting = Object.entries(cases).filter(([title]) => !missing.has(title))
      if (fitting.length > 0) describe(section, () => declare(suite, fitting))
    }
  })
}

function declare<Driver extends HypervisorDriver>(
  suite: HypervisorSuite<Driver>,
  cases: readonly (readonly [string, Case])[],
): void {
  for (const [title, one] of cases) {
    const reason = suite.skip?.[title as HypervisorCase]
    if (reason === undefined) it(title, async () => void (await tryOut(suite, one)))
    else it.skip(`${title} (skipped: ${reason})`, () => undefined)
  }
}
