import { describeSaga } from '@novakit/core/testing'
import type { ScenarioName } from '../support/scenarios.ts'
import { sagaSuite } from '../support/saga-suite.ts'

const apart = 'two servers are built that must stand apart'
describeSaga(`server.create when ${apart}`, sagaSuite('server.create', apart))

/** What does not depend on how a server fares is tried with those above. */
const without = ['commits', 'copies', 'dependencies'] as const
const misfortunes: readonly ScenarioName[] = ['a server fits nowhere', 'no host can start a server']

for (const what of misfortunes) {
  describeSaga(`server.create when ${what}`, { ...sagaSuite('server.create', what), without })
}
