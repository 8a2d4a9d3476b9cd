import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Prints every skip with its reason, and last one line `N passed, N failed, N skipped`. A bare skip fails the run. */
export function countsReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const tests = modules.flatMap((module) => [...module.children.allTests()])
      const inState = (state: string) => tests.filter((test) => test.result().state === state)
      const skipped = inState('skipped')
      for (const test of skipped) console.log(`skipped: ${test.fullName} (${reasonOf(test) ?? 'NO REASON GIVEN'})`)
      if (skipped.some((test) => reasonOf(test) === null)) process.exitCode = 1
      const failed = inState('failed').length + modules.filter(failedOutsideTests).length + errors.length
      console.log(`${inState('passed').length} passed, ${failed} failed, ${skipped.length} skipped`)
    },
  }
}

/** Why a test was skipped: `context.skip('why')`, or a name that ends in `(skipped: why)`. */
function reasonOf(test: TestCase): string | null {
  const result = test.result()
  const note = result.state === 'skipped' ? result.note : undefined
  return note ?? /\(skipped: (.+)\)$/.exec(test.name)?.[1] ?? null
}

/** A file that does not load, or whose hooks throw, has failed although none of its tests has. */
function failedOutsideTests(module: TestModule): boolean {
  return module.state() === 'failed' && [...module.children.allTests('failed')].length === 0
}
