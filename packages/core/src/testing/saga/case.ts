import type { JournalEntry } from '../../domain/operation/operation.ts'
import type { CloudPicture } from '../invariants/cloud-picture.ts'
import type { Moment, SagaStage } from './stage.ts'
import type { Position, Trap } from './trap.ts'
import type { Positions } from './positions.ts'
import type { SagaTable } from '../../conductor/index.ts'
import { checkEmpty, checkQuiet } from '../invariants/check-quiet.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { together, trap } from './trap.ts'

/** One way to disturb one saga at one place. */
export interface SagaCase {
  readonly title: string
  /** @throws where the cloud does not come to rest, or does not agree with itself then */
  run(stage: SagaStage): Promise<void>
}

/** What a mode of disturbance makes its cases from. */
export interface SagaPlan extends Positions {
  readonly table: SagaTable
  /** What dependencies can be made to do wrong. */
  readonly faults: readonly string[]
}

export type Mode = (plan: SagaPlan) => readonly SagaCase[]

/** @throws with every finding */
export function expectNone(findings: readonly string[]): void {
  if (findings.length > 0) throw new Error(`The cloud does not agree with itself:\n  ${findings.join('\n  ')}`)
}

/** Begins, waits for the trap to spring and the cloud to come to rest. @throws where the trap was never reached */
export async function play(stage: SagaStage, ...traps: readonly Trap[]): Promise<void> {
  stage.intercept(together(...traps))
  await stage.begin()
  await stage.settle()
  const missed = traps.findIndex((one) => !one.sprung)
  if (missed !== -1) throw new Error(`Trap ${missed + 1} of ${traps.length} was never reached.`)
}

/** All agrees; and when everything is deleted, nothing is left. */
export async function expectQuiet(stage: SagaStage): Promise<void> {
  expectNone(checkQuiet(await stage.picture()))
  stage.intercept(null)
  await stage.deleteServers()
  await stage.settle()
  await expectEmpty(stage)
}

export async function expectEmpty(stage: SagaStage): Promise<void> {
  expectNone(checkEmpty(await stage.picture()))
}

/** An error of a step, as a dependency would throw it: trying elsewhere may help. */
export function stepError(): Error {
  return hostErrors.refused({}, { detail: 'thrown by a test' })
}

/** Sends the saga back from the last step that can fail, after its effect. */
export function turnBack(lastChance: Position): Trap {
  return trap(lastChance, 'after_effect', () => {
    throw stepError()
  })
}

/** The operation at which a trap sprang. */
export function witness(into: { operation?: Moment['operation'] }, { operation }: Moment): void {
  into.operation ??= operation
}

export function phasesOf(picture: CloudPicture, operation: string, step: string): readonly string[] {
  return picture.operations
    .filter((row) => row.id === operation)
    .flatMap((row) => JSON.parse(row.journal) as readonly JournalEntry[])
    .filter((entry) => entry.step === step)
    .map((entry) => entry.phase)
}
