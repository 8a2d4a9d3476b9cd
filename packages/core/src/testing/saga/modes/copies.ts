import type { Mode, SagaCase } from '../case.ts'
import { expectQuiet, play, turnBack } from '../case.ts'
import { millis, seconds } from '../../../domain/unit/units.ts'
import { trap } from '../trap.ts'
import { words } from '../positions.ts'

/** Messages arrive more than once: at once, late, and all of them again at each step. */
export const copies: Mode = ({ forth, back, lastChance }) => [
  ...[millis(0), millis(700), seconds(5)].map((after): SagaCase => ({
    title: `it does not matter that every message comes again after ${after} ms`,
    run: async (stage) => {
      stage.repeatMessages(after)
      await play(stage)
      await stage.expectGoal()
      await expectQuiet(stage)
    },
  })),
  ...[...forth, ...back].map((position): SagaCase => ({
    title: `it does not matter that every message comes again at ${words(position)}`,
    run: async (stage) => {
      const echo = trap(position, 'after_commit', () => stage.replay())
      const turning = back.includes(position) && lastChance !== null ? [turnBack(lastChance)] : []
      await play(stage, ...turning, echo)
      await stage.expectGoal()
      await expectQuiet(stage)
    },
  })),
]
