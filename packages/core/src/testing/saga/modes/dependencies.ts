import type { Mode, SagaCase } from '../case.ts'
import type { SagaStage } from '../stage.ts'
import type { Trap } from '../trap.ts'
import { expectQuiet, play, turnBack } from '../case.ts'

/** Dependencies fail, there and back: before they have done anything, and after they have done all they were asked. */
export const dependencies: Mode = ({ faults, lastChance }) =>
  faults.flatMap((fault): readonly SagaCase[] => {
    const playWith = async (stage: SagaStage, ...traps: readonly Trap[]): Promise<void> => {
      stage.dependencyFaults[fault]?.()
      await play(stage, ...traps)
      await stage.expectGoal()
      await expectQuiet(stage)
    }
    const forth = { title: `${fault} and does no harm`, run: (stage: SagaStage) => playWith(stage) }
    if (lastChance === null) return [forth]
    const title = `${fault} on the way back and does no harm`
    return [forth, { title, run: (stage) => playWith(stage, turnBack(lastChance)) }]
  })
