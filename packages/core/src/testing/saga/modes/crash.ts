import type { FailPoint } from '../../../saga/index.ts'
import type { Mode } from '../case.ts'
import type { Moment } from '../stage.ts'
import { expectQuiet, play, turnBack } from '../case.ts'
import { forEver, trap } from '../trap.ts'
import { words } from '../positions.ts'

const points: Readonly<Record<FailPoint, string>> = {
  before: 'before',
  after_effect: 'after the effect of',
  after_commit: 'after the record of',
}

/** The conductor dies at each point of each step, there and back; another one takes over when its lease is over. */
export const crash: Mode = ({ forth, back, lastChance }) =>
  [...forth, ...back].flatMap((position) =>
    (Object.keys(points) as FailPoint[]).map((point) => ({
      title: `a crash ${points[point]} ${words(position)} is resumed elsewhere`,
      run: async (stage) => {
        const dying = trap(position, point, die)
        const turning = back.includes(position) && lastChance !== null ? [turnBack(lastChance)] : []
        await play(stage, ...turning, dying)
        await stage.expectGoal()
        await expectQuiet(stage)
      },
    })),
  )

function die({ process }: Moment): Promise<never> {
  process.kill()
  return forEver()
}
