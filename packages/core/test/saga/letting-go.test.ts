import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CellStore, Command, Executor, Report, Saga, StepContext } from '@novakit/core'
import {
  done,
  executor,
  hostErrors,
  id,
  later,
  nextRound,
  problemOf,
  seconds,
  seededIds,
  seededRandom,
  silentLog,
  takeReport,
} from '@novakit/core'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

const sent: Command[] = []

function worker(saga: Saga<'cell', never>, store: CellStore = bench.store): Executor {
  const random = seededRandom('worker')
  const { clock } = bench
  const send = (command: Command): void => void sent.push(command)
  const deps = { store, clock, random, ids: seededIds(random), log: silentLog, send, ended: () => undefined }
  return executor<'cell'>({ ...deps, sagas: [saga], owner: 'worker' })
}

it('a renewal that is under way when an operation is let go does not hold it for anybody', async () => {
  const gate = Promise.withResolvers<void>()
  let slow = false
  const store: CellStore = {
    ...bench.store,
    write: async (work) => {
      if (slow) {
        slow = false
        await gate.promise
      }
      return bench.store.write(work)
    },
  }
  const patient = worker(
    {
      kind: 'wait.long',
      store: 'cell',
      steps: [
        {
          name: 'wait',
          run: async ({ now }: StepContext<never>) => {
            // The first renewal comes after a third of a lease, and its write does not get through at once.
            slow = true
            await bench.clock.sleep(seconds(6))
            return { kind: 'parked', until: later(now, seconds(60)) }
          },
          undo: 'nothing to undo: it only waits',
        },
      ],
    },
    store,
  )
  const operation = await bench.begin('wait.long')
  patient.poke(operation)
  await bench.pass(10)
  expect((await bench.look(operation)).state).toBe('parked')
  gate.resolve()
  await bench.pass(30)
  expect((await bench.look(operation)).lease).toBeNull()
  await patient.stop()
})

it('a refusal is spent by the try that it led to: the next command asks the host anew', async () => {
  sent.length = 0
  const asking = worker({
    kind: 'ask.host',
    store: 'cell',
    steps: [
      {
        name: 'ask',
        pivot: true,
        run: async ({ report, now, operation }: StepContext<never>) => {
          if (report?.outcome.kind === 'done') return done()
          if (report?.outcome.kind === 'failed') return { kind: 'retry', after: seconds(0) }
          const to = { host: id<never>('h1'), node: id<never>('h1'), server: id<never>('s1'), epoch: 1 }
          const command = {
            ...to,
            sequence: 0,
            operation: operation.id,
            step: '',
            attempt: 0,
            order: 'do',
            payload: null,
          }
          return { kind: 'parked', until: later(now, seconds(600)), command }
        },
        undo: 'nothing to undo: it only asks',
      },
    ],
  })
  const operation = await bench.begin('ask.host')
  asking.poke(operation)
  await bench.pass(1)
  await answer({ kind: 'failed', problem: problemOf(hostErrors.refused({})), help: 'elsewhere' })
  asking.poke(operation)
  await bench.pass(5)
  asking.poke(operation)
  await bench.pass(1)
  expect(sent).toHaveLength(2)
  await answer({ kind: 'done', output: null })
  asking.poke(operation)
  await bench.pass(1)
  expect((await bench.look(operation)).state).toBe('done')
  await asking.stop()
})

/** The host's answer to the latest command. */
async function answer(outcome: Report['outcome']): Promise<void> {
  const command = sent.at(-1)
  if (command === undefined) throw new Error('nothing was asked')
  const { operation, step, attempt, host, server, epoch } = command
  const taken = await bench.store.write((tx) =>
    takeReport(tx, { operation, step, attempt, host, server, epoch, outcome }),
  )
  expect(taken).toBe(true)
  await nextRound()
}
