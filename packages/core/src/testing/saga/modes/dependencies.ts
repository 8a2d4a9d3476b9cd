import type { Mode, SagaCase } from '../case.ts'
import type { SagaStage } from '../stage.ts'
import { expectQuiet, play, turnBack } from '../case.ts'

/** Dependencies fail: before they have done anything, and after they have done all they were asked. */
export function dependencies(faults: readonly string[]): Mode {
  return ({ lastChance }) =>
    faults.flatMap((fault): readonly SagaCase[] => [
      {
        title: `${fault} and does no harm`,
        run: async (stage) => {
          stage.dependencyFaults[fault]?.()
          await play(stage)
          await stage.expectGoal()
          await expectQuiet(stage)
        },
      },
      ...(lastChance === null
        ? []
        : [
            {
              title: `${fault} on the way back and does no harm`,
              run: async (stage: SagaStage) => {
                stage.dependencyFaults[fault]?.()
                await play(stage, turnBack(lastChance))
                await stage.expectGoal()
                await expectQuiet(stage)
              },
            },
          ]),
    ])
}
