import type { Mode, SagaCase } from '../case.ts'
import type { SagaStage } from '../stage.ts'
import type { Trap } from '../trap.ts'
import { expectQuiet, play, turnBack } from '../case.ts'

/** Dependencies fail, there and back: before they have done anything, and after they have done all they were asked. */
export const dependencies: Mode = ({ table, faults, lastChance }) =>
  faults.flatMap((fault): readonly SagaCase[] => {
    const playWith = async (stage: SagaStage, turning: Trap | null): Promise<void> => {
      stage.dependencyFaults[fault]?.()
      await play(stage, ...(turning === null ? [] : [{ hook: turning.hook, sprung: true }]))
      // What fails before it comes to its last step is on its way back already.
      if (turning?.sprung === false) await expectFailure(stage, table.kind)
      await stage.expectGoal()
      await expectQuiet(stage)
    }
    const forth = { title: `${fault} and does no harm`, run: (stage: SagaStage) => playWith(stage, null) }
    if (lastChance === null) return [forth]
    const title = `${fault} on the way back and does no harm`
    return [forth, { title, run: (stage) => playWith(stage, turnBack(lastChance)) }]
  })

async function expectFailure(stage: SagaStage, kind: string): Promise<void> {
  const { operations } = await stage.picture()
  if (!operations.some((row) => row.kind === kind && row.state === 'failed')) throw new Error('It never turned back.')
}
