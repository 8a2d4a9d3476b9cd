import type { FailPoint } from '../../../saga/index.ts'
import type { Mode } from '../case.ts'
import { expectEmpty, play, turnBack } from '../case.ts'
import { trap } from '../trap.ts'
import { words } from '../positions.ts'

const points: Readonly<Record<FailPoint, string>> = {
  before: 'as it comes to',
  after_effect: 'after the effect of',
  after_commit: 'after the record of',
}

/** The user deletes the server at each point of each step, there and back. */
export const deletion: Mode = ({ forth, back, lastChance }) =>
  [...forth, ...back].flatMap((position) =>
    (Object.keys(points) as FailPoint[]).map((point) => ({
      title: `a server deleted ${points[point]} ${words(position)} is gone without a trace`,
      run: async (stage) => {
        const deleting = trap(position, point, () => stage.deleteServers())
        const turning = back.includes(position) && lastChance !== null ? [turnBack(lastChance)] : []
        await play(stage, ...turning, deleting)
        await expectEmpty(stage)
      },
    })),
  )
