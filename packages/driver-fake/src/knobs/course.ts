import type { Call, StepName } from './call.ts'
import type { Connection } from './connection.ts'
import { fakeErrors } from '../errors.ts'
import { hostErrors, millis } from '@novakit/core'

/** One call on its way. */
export interface Course {
  readonly connection: Connection
  readonly call: Call
  readonly signal: AbortSignal | undefined
}

/** Thrown through a call whose agent has died: nobody is there any more to be answered. */
export const LOST = new Error('the agent has crashed')

/** Every place where a call can end before its work is done. @throws what it ends with */
export function checkpoint({ connection, call, signal }: Course): void {
  const { session, machine, host } = connection
  if (session.state === 'crashed') throw LOST
  if (session.state === 'closed') throw fakeErrors.closed({})
  if (!machine.powered) throw hostErrors.unreachable({}, { detail: { host } })
  if (signal?.aborted) throw fakeErrors.aborted({ call: call.name }, { cause: signal.reason })
}

/** Lets time pass. */
export async function pass(course: Course, span: number): Promise<void> {
  if (span > 0) await course.connection.clock.sleep(millis(span), course.signal)
  checkpoint(course)
}

/** Waits for the test. */
export async function stand(course: Course, waits: 'queued' | 'hanging'): Promise<void> {
  const { connection, call, signal } = course
  await connection.world.queue.wait(call, waits, connection.session, signal)
  checkpoint(course)
}

/** Changes the world, at once and durably. */
export async function perform({ connection, call }: Course, name: StepName, act: () => void): Promise<void> {
  act()
  connection.world.calls.step(call, name)
  await connection.world.guests.saved()
}
