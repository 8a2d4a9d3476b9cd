import type { Mode } from '../case.ts'
import { expectQuiet, play, turnBack } from '../case.ts'
import { trap } from '../trap.ts'

/** The way back, with every undo done twice. */
export const unwindTwice: Mode = ({ back, lastChance }) =>
  lastChance === null
    ? []
    : [
        {
          title: 'every undo is done twice and has one effect',
          run: async (stage) => {
            const twice = back.map((position) =>
              trap(position, 'after_effect', () => {
                throw new Error('not recorded')
              }),
            )
            await play(stage, turnBack(lastChance), ...twice)
            await stage.expectGoal()
            await expectQuiet(stage)
          },
        },
      ]
