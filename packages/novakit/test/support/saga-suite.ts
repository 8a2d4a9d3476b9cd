import type { SagaSuite } from '@novakit/core/testing'
import type { CloudWorldOptions } from '@novakit/sim'
import { sagaTables } from '@novakit/core/testing'
import { sagaStage } from './saga-stage.ts'
import { scenarios, type ScenarioName } from './scenarios.ts'

/** The step tests of one saga in one scenario. @param world what the cloud is made of, if not the usual */
export function sagaSuite(kind: string, scenario: ScenarioName, world: CloudWorldOptions = {}): SagaSuite {
  const table = sagaTables().find((one) => one.kind === kind)
  if (table === undefined) throw new RangeError(`there is no saga ${kind}`)
  return { table, stage: () => sagaStage({ ...scenarios[scenario], world }) }
}
