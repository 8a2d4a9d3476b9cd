import type { Call, CallName, Point, StepName } from './call.ts'
import type { Connection } from './connection.ts'
import type { Course } from './course.ts'
import type { FakeDriverOptions } from '../options.ts'
import type { Fault } from './fault.ts'
import type { GuestRef } from '@novakit/core'
import { callLatency, stepLatency } from './latency.ts'
import { checkpoint, LOST, pass, perform, stand } from './course.ts'
import { chooseFault } from './choose-fault.ts'
import { failureOf, pointOf } from './fault.ts'
import { millis, problemOf } from '@novakit/core'

/** Does one named step: time passes, faults strike, `act` changes the world at once, and the change is made durable. */
export type Step = (name: StepName, act: () => void) => Promise<void>

/** What a call does, as steps. Between two steps anything may happen; each must find what an earlier run has done. */
export type Work<T> = (step: Step) => Promise<T>

export interface Intent {
  readonly name: CallName
  readonly guest: GuestRef | null
  readonly signal: AbortSignal | undefined
}

/** Takes every call through the knobs: history, step mode, latency, faults. */
export async function conduct<T>(connection: Connection, intent: Intent, work: Work<T>): Promise<T> {
  const { world, clock, host, options, random } = connection
  const call = world.calls.begin(intent.name, host, intent.guest, clock.now())
  const course: Course = { connection, call, signal: intent.signal }
  const aftermath: (() => Promise<void>)[] = []
  try {
    checkpoint(course)
    if (isQueued(options, call.name)) await stand(course, 'queued')
    await pass(course, callLatency(options.latency ?? 0, call.name, random.latency))
    const answer = await underFault(course, work, aftermath)
    world.calls.end(call, 'done', null, clock.now())
    return answer
  } catch (error) {
    if (error === LOST) return await never(connection, call)
    world.calls.end(call, 'failed', problemOf(error).code, clock.now())
    throw error
  } finally {
    world.queue.idle(call.id)
    for (const next of aftermath) void next()
  }
}

async function underFault<T>(course: Course, work: Work<T>, aftermath: (() => Promise<void>)[]): Promise<T> {
  const { connection, call } = course
  const fault = chooseFault(connection, call)
  if (fault !== null) connection.world.calls.fault(call, fault.kind)
  const strike = async (point: Point): Promise<void> => {
    if (fault === null || fault.kind === 'no-effect' || pointOf(fault) !== point) return
    if (fault.kind === 'hang') return stand(course, 'hanging')
    if (fault.kind === 'late-effect') aftermath.push(() => lateEffect(course, fault, work))
    throw failureOf(fault, call)
  }
  const step: Step = async (name, act) => {
    checkpoint(course)
    await strike(name)
    await pass(course, stepLatency(connection.options.latency ?? 0, call.name, name, connection.random.latency))
    if (fault?.kind !== 'no-effect') await perform(course, name, act)
  }
  await strike('begin')
  const answer = await work(step)
  checkpoint(course)
  await strike('end')
  return answer
}

/** The effect of a call that was answered long ago. It needs no agent, only a machine that is on. */
async function lateEffect(
  course: Course,
  { after }: Extract<Fault, { kind: 'late-effect' }>,
  work: Work<unknown>,
): Promise<void> {
  const { world, machine, clock } = course.connection
  if (after === undefined) await world.queue.wait(course.call, 'late', null)
  else await clock.sleep(millis(after))
  try {
    if (machine.powered) await work((name, act) => perform(course, name, act))
  } catch (error) {
    const facts = { call: course.call.name, problem: problemOf(error).code }
    machine.setup.log.warn('a late effect came to nothing', facts)
  } finally {
    world.queue.idle(course.call.id)
  }
}

function never({ world, clock }: Connection, call: Call): Promise<never> {
  world.calls.end(call, 'lost', null, clock.now())
  world.queue.idle(call.id)
  return new Promise(() => undefined)
}

function isQueued(options: FakeDriverOptions, name: CallName): boolean {
  const mode = options.mode ?? 'clock'
  if (typeof mode === 'object') return mode.step.includes(name)
  return mode === 'step' && name !== 'open'
}
