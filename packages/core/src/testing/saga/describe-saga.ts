import { describe, expect, it } from 'vitest'
import type { Mode, SagaCase } from './case.ts'
import type { SagaStage } from './stage.ts'
import type { SagaTable } from '../../conductor/index.ts'
import { commits } from './modes/commits.ts'
import { copies } from './modes/copies.ts'
import { crash } from './modes/crash.ts'
import { deletion } from './modes/deletion.ts'
import { dependencies } from './modes/dependencies.ts'
import { error } from './modes/error.ts'
import { outages } from './modes/outages.ts'
import { positionsOf } from './positions.ts'
import { repeat } from './modes/repeat.ts'
import { stubbornError } from './modes/stubborn-error.ts'
import { unwindTwice } from './modes/unwind-twice.ts'
import { zombie } from './modes/zombie.ts'

const modes = {
  repeat,
  error,
  stubbornError,
  unwindTwice,
  crash,
  zombie,
  deletion,
  copies,
  commits,
  outages,
  dependencies,
} satisfies Record<string, Mode>

/** A way to disturb a saga at its steps. */
export type SagaMode = keyof typeof modes

export interface SagaSuite {
  readonly table: SagaTable
  /** A fresh cloud in which the saga is about to run. */
  stage(): Promise<SagaStage>
  /** Ways that are left out, for a saga that is tried in several scenarios. */
  readonly without?: readonly SagaMode[]
  /** Case → why there is no such case for this saga. Each must be one that would be made otherwise. */
  readonly except?: Readonly<Record<string, string>>
}

/** Every case of a saga: its steps, there and back, times the ways to disturb them. */
export async function sagaCases(suite: Omit<SagaSuite, 'except'>): Promise<readonly SagaCase[]> {
  const { table, without = [] } = suite
  const stage = await suite.stage()
  const faults = Object.keys(stage.dependencyFaults)
  const plan = { table, faults, ...(await positionsOf(table, stage)) }
  await stage.close()
  const wanted = (Object.keys(modes) as SagaMode[]).filter((mode) => !without.includes(mode))
  return wanted.flatMap((mode) => modes[mode](plan))
}

/** Plays one case on a stage of its own. */
export async function playCase({ run }: SagaCase, open: SagaSuite['stage']): Promise<void> {
  const stage = await open()
  try {
    await run(stage)
  } finally {
    await stage.close()
  }
}

/**
 * The step tests of a saga, made from its table: whatever happens at whichever step, the cloud comes to rest and agrees
 * with itself, and when everything is deleted nothing is left. A new step brings its cases along.
 */
export function describeSaga(name: string, suite: SagaSuite): void {
  describe(name, async () => {
    const cases = await sagaCases(suite)
    it('has cases for every one of its steps', () => {
      for (const { name: step } of suite.table.steps) expect(cases.some((one) => one.title.includes(step))).toBe(true)
    })
    const { except = {} } = suite
    if (Object.keys(except).length > 0) {
      it('leaves out no case that there is not', () => {
        const titles = new Set(cases.map(({ title }) => title))
        expect(Object.keys(except).filter((title) => !titles.has(title))).toEqual([])
      })
    }
    for (const one of cases) if (!(one.title in except)) it(one.title, () => playCase(one, suite.stage))
  })
}
