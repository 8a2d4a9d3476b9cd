import type { CloudPicture } from '../../invariants/cloud-picture.ts'
import type { Mode } from '../case.ts'
import type { FailPoint } from '../../../saga/index.ts'
import type { Moment, SagaStage, StageProcess } from '../stage.ts'
import { expectEmpty, expectNone, expectQuiet, play, turnBack } from '../case.ts'
import { checkQuiet } from '../../invariants/check-quiet.ts'
import { seconds } from '../../../domain/unit/units.ts'
import { nextRound } from '../../../system/event-loop.ts'
import { together, trap, type Position, type Trap } from '../trap.ts'
import { words } from '../positions.ts'

/** Longer than any lease and any timeout of a message. */
const LONG = seconds(14)

/** A conductor stands still for so long that another finishes its work, and comes back: it must not change anything. */
export const zombie: Mode = ({ forth, back, lastChance }) =>
  [...forth, ...back].flatMap((position) =>
    (['before', 'after_effect'] as const).flatMap((point) => {
      const where = `${point === 'before' ? 'before' : 'after the effect of'} ${words(position)}`
      const turning = (): readonly Trap[] =>
        back.includes(position) && lastChance !== null ? [turnBack(lastChance)] : []
      return [
        {
          title: `who stalls ${where} and comes back when it is done changes nothing`,
          run: async (stage: SagaStage) => {
            const stalled = await stall(stage, turning(), (act) => trap(position, point, act))
            expectNone(checkQuiet(await stage.picture()))
            await comeBack(stage, stalled)
            await stage.expectGoal()
            await expectQuiet(stage)
          },
        },
        {
          title: `who stalls ${where} and comes back when all is deleted changes nothing`,
          run: async (stage: SagaStage) => {
            const stalled = await stall(stage, turning(), (act) => trap(position, point, act))
            await stage.deleteServers()
            await stage.settle()
            await comeBack(stage, stalled)
            await expectEmpty(stage)
          },
        },
        {
          title: `who stalls ${where} and comes back in the middle of another's work changes nothing`,
          run: async (stage: SagaStage) => {
            await play(stage, ...turning(), ...overlap(position, point))
            await stage.expectGoal()
            await expectQuiet(stage)
          },
        },
      ]
    }),
  )

/** One stalls; the first that takes its operation over wakes it, and lets it go first. */
function overlap(position: Position, point: FailPoint): readonly Trap[] {
  let stalled: Moment | null = null
  let met = false
  const stalling = trap(position, point, (moment) => {
    stalled = moment
    moment.process.pause()
  })
  const waking: Trap = {
    get sprung() {
      return met
    },
    hook: async ({ process, operation }) => {
      if (met || stalled === null || operation.id !== stalled.operation.id) return
      if (process.name === stalled.process.name) return
      met = true
      stalled.process.resume()
      for (let round = 0; round < 20; round++) await nextRound()
    },
  }
  return [stalling, waking]
}

/** Plays until a conductor has stalled and the others have finished without it. */
async function stall(
  stage: SagaStage,
  turning: readonly Trap[],
  trapThat: (act: (moment: { process: StageProcess }) => void) => Trap,
): Promise<StageProcess> {
  let stalled: StageProcess | null = null
  const stalling = trapThat(({ process }) => {
    stalled = process
    process.pause()
  })
  stage.intercept(together(...turning, stalling))
  await stage.begin()
  await stage.settle()
  await stage.pass(LONG)
  await stage.settle()
  if (stalled === null) throw new Error('Nobody stalled: the position was never reached.')
  stage.intercept(null)
  return stalled
}

async function comeBack(stage: SagaStage, stalled: StageProcess): Promise<void> {
  const before = traceOf(await stage.picture())
  stalled.resume()
  await stage.pass(LONG)
  await stage.settle()
  const after = traceOf(await stage.picture())
  expectNone(after.filter((line) => !before.includes(line)).map((line) => `changed afterwards: ${line}`))
}

/** Everything that one conductor's late write could have changed. */
function traceOf(picture: CloudPicture): readonly string[] {
  const { events: _events, providers, ...rows } = picture
  const usage = providers.map(({ id, inventories }) => ({ id, inventories }))
  return Object.entries({ ...rows, usage }).flatMap(([table, all]) => {
    const lines = Array.isArray(all) ? all : [all]
    return lines.map((line) => `${table}: ${JSON.stringify(line)}`)
  })
}
