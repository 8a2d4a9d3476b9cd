import { describe, it } from 'vitest'
import type { Cases } from './hypervisor/cases.ts'
import type { HypervisorCase } from './hypervisor/all-cases.ts'
import type { HypervisorDriver } from '../ports/hypervisor.ts'
import type { HypervisorSuite } from './hypervisor/suite.ts'
import { sections } from './hypervisor/all-cases.ts'
import { tryOut } from './hypervisor/try-out.ts'

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
    it(title, async (context) => {
      const reason = suite.skip?.[title as HypervisorCase] ?? (await tryOut(suite, one))
      if (reason !== null) context.skip(reason)
    })
  }
}
