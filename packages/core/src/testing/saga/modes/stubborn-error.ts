import type { Mode } from '../case.ts'
import { expectQuiet, play, stepError } from '../case.ts'

/** A step that fails in every attempt, on every host: the server is shown in error, and nothing is left of it. */
export const stubbornError: Mode = ({ table, lastChance }) =>
  lastChance === null
    ? []
    : table.steps
        .slice(
          0,
          table.steps.findIndex((step) => step.pivot),
        )
        .map(({ name }) => ({
          title: `an error in every attempt at ${name} leaves a server in error and nothing else`,
          run: async (stage) => {
            await play(stage, {
              sprung: true,
              hook: async ({ operation, point, key }) => {
                if (operation.kind === table.kind && key === name && point === 'before') throw stepError()
              },
            })
            await expectQuiet(stage)
          },
        }))
