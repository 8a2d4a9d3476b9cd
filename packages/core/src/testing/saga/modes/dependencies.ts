import type { Mode } from '../case.ts'
import type { SagaStage } from '../stage.ts'
import { expectQuiet, play } from '../case.ts'

/** A dependency does what it was asked and then says that it failed. */
export function dependencies(faults: readonly string[]): Mode {
  return () =>
    faults.map((fault) => ({
      title: `${fault} and does no harm`,
      run: async (stage: SagaStage) => {
        stage.dependencyFaults[fault]?.()
        await play(stage)
        await stage.expectGoal()
        await expectQuiet(stage)
      },
    }))
}
