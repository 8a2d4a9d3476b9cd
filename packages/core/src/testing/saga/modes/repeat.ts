import type { Mode } from '../case.ts'
import { expectQuiet, play } from '../case.ts'
import { trap } from '../trap.ts'
import { words } from '../positions.ts'

/** Each action is done, not recorded, and done again. */
export const repeat: Mode = ({ forth }) =>
  forth.map((position) => ({
    title: `${words(position)} is done twice and has one effect`,
    run: async (stage) => {
      const again = trap(position, 'after_effect', () => {
        throw new Error('not recorded')
      })
      await play(stage, again)
      await stage.expectGoal()
      await expectQuiet(stage)
    },
  }))
