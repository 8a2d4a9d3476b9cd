import { describeSaga } from '@novakit/core/testing'
import type { ScenarioName } from '../support/scenarios.ts'
import { sagaSuite } from '../support/saga-suite.ts'

const happenings: readonly ScenarioName[] = [
  'two servers are built that must stand apart',
  'a server fits nowhere',
  'no host can start a server',
]

for (const what of happenings) describeSaga(`server.create when ${what}`, sagaSuite('server.create', what))
