import type { HostTrouble, SagaStage } from '../stage.ts'
import type { Mode, SagaCase } from '../case.ts'
import type { Position } from '../trap.ts'
import type { StoreName } from '../../../domain/storage/store-name.ts'
import { expectQuiet, play, turnBack } from '../case.ts'
import { seconds } from '../../../domain/unit/units.ts'
import { trap } from '../trap.ts'
import { words } from '../positions.ts'

const SHORT = seconds(3)
/** Longer than a host may be silent. */
const LONG = seconds(22)

/** Stores and hosts are away for a while, from each step on. */
export const outages: Mode = (plan) => {
  const { forth, back, lastChance } = plan
  const turning = (position: Position) => (back.includes(position) && lastChance !== null ? [turnBack(lastChance)] : [])
  const playWith = async (stage: SagaStage, position: Position, act: () => Promise<void> | void): Promise<void> => {
    await play(stage, ...turning(position), trap(position, 'before', act))
    await expectQuiet(stage)
  }
  return [...forth, ...back].flatMap((position): readonly SagaCase[] => [
    {
      title: `a global store that is away from ${words(position)} on delays it`,
      run: (stage) => playWith(stage, position, () => stage.stopStore('global', LONG)),
    },
    {
      title: `cell stores that are away from ${words(position)} on delay it`,
      run: (stage) => playWith(stage, position, () => stopCells(stage)),
    },
    ...hostTroubles.map(([trouble, span, what]): SagaCase => ({
      title: `${what} from ${words(position)} on leave nothing behind`,
      run: (stage) => playWith(stage, position, () => stage.troubleHosts(trouble, span)),
    })),
  ])
}

const hostTroubles: readonly (readonly [HostTrouble, typeof SHORT, string])[] = [
  ['dead', SHORT, 'agents that start anew'],
  ['dead', LONG, 'agents that are dead for long'],
  ['cut off', LONG, 'hosts that are cut off for long'],
]

async function stopCells(stage: SagaStage): Promise<void> {
  const { instances, operations } = await stage.picture()
  const cells = new Set<StoreName>([...instances.map((row) => row.cell), ...operations.map((row) => row.store)])
  for (const cell of cells) if (cell !== 'global') stage.stopStore(cell, LONG)
}
