import type { Mode } from '../case.ts'
import type { StorageFault } from '../../faulty-storage.ts'
import { expectQuiet, play, turnBack } from '../case.ts'
import { trap } from '../trap.ts'
import { words } from '../positions.ts'

const faults: Readonly<Partial<Record<StorageFault, string>>> = {
  retry: 'is refused as a deadlock would be',
  lost: 'meets a lost connection',
  unknown_kept: 'is stored without an answer',
  unknown_lost: 'is lost without an answer',
}

/** The first write in a step, and the one that records it, go wrong in every way that a commit can. */
export const commits: Mode = ({ forth, back, lastChance }) =>
  [...forth, ...back].flatMap((position) =>
    (['before', 'after_effect'] as const).flatMap((point) =>
      (Object.keys(faults) as StorageFault[]).map((fault) => ({
        title: `${point === 'before' ? 'the first write in' : 'the record of'} ${words(position)} ${faults[fault]}`,
        run: async (stage) => {
          const breaking = trap(position, point, ({ process }) => process.breakWrite(fault))
          const turning = back.includes(position) && lastChance !== null ? [turnBack(lastChance)] : []
          await play(stage, ...turning, breaking)
          await stage.expectGoal()
          await expectQuiet(stage)
        },
      })),
    ),
  )
