import { expect, it, onTestFinished } from 'vitest'
import type { Command, HostName, OperationId, Report, Saga, ServerId } from '@novakit/core'
import { done, id, later, nextRound, seconds } from '@novakit/core'
import { openBench } from './bench.ts'
import { takeReport } from '../../src/saga/index.ts'

const host = id<HostName>('h1')
const server = id<ServerId>('s1')

const commandOf = (operation: OperationId): Command => {
  const told = { host, node: null, server, epoch: 1, sequence: 0, order: 'destroy', payload: null }
  return { operation, step: '', attempt: 0, ...told }
}

const answerTo = (operation: OperationId, attempt: number): Report => {
  const from = { host, server, epoch: 1, outcome: { kind: 'done', output: null } } as const
  return { operation, step: 'only', attempt, ...from }
}

it('an answer that comes while its step runs again is taken, and not passed by for ever', async () => {
  const bench = await openBench()
  onTestFinished(() => bench.close())
  let runs = 0
  const saga: Saga<'cell', never> = {
    kind: 'test',
    store: 'cell',
    steps: [
      {
        name: 'only',
        undo: 'nothing to undo: a test',
        run: async ({ operation, attempt, report, now }) => {
          if (report !== null) return done()
          if (++runs > 10) throw new Error('It is asked again and again.')
          // Each answer comes after the step has looked for it, and before it parks.
          await bench.store.write((tx) => takeReport(tx, answerTo(operation.id, attempt)))
          return { kind: 'parked', until: later(now, seconds(3600)), command: commandOf(operation.id) }
        },
      },
    ],
  }
  const worker = bench.worker(saga)
  const operation = await bench.begin('test')
  worker.start()
  for (let round = 0; round < 50; round++) await nextRound()
  worker.wake(operation)
  for (let round = 0; round < 50; round++) await nextRound()
  await bench.pass(5)
  expect((await bench.look(operation)).state).toBe('done')
  expect(runs).toBe(2)
})
