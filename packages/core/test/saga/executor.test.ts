import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Saga, Step } from '@novakit/core'
import { done, later, nextRound, seconds, storageErrors } from '@novakit/core'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

type Run = Step<'cell', never>['run']

function sagaOf(run: Run): Saga<'cell', never> {
  return { kind: 'test', store: 'cell', steps: [{ name: 'only', run, undo: 'nothing to undo: a test' }] }
}

async function settle(): Promise<void> {
  for (let round = 0; round < 50; round++) await nextRound()
}

describe('an executor', () => {
  it('looks once more when it is woken while the step is under way', async () => {
    let looks = 0
    let go = (): void => undefined
    const saga = sagaOf(async ({ now }) => {
      looks++
      if (looks > 1) return done()
      await new Promise<void>((resolve) => {
        go = resolve
      })
      return { kind: 'parked', until: later(now, seconds(3600)) }
    })
    const worker = bench.worker(saga)
    const operation = await bench.begin('test')
    worker.poke(operation)
    await settle()
    worker.wake(operation)
    go()
    await settle()
    expect(looks).toBe(2)
    expect((await bench.look(operation)).state).toBe('done')
  })

  it('is woken by another process while the step is under way', async () => {
    let looks = 0
    let go = (): void => undefined
    const saga = sagaOf(async ({ now }) => {
      looks++
      if (looks > 1) return done()
      await new Promise<void>((resolve) => {
        go = resolve
      })
      return { kind: 'parked', until: later(now, seconds(3600)) }
    })
    const [worker, other] = [bench.worker(saga), bench.worker(saga)]
    const operation = await bench.begin('test')
    worker.poke(operation)
    await settle()
    other.wake(operation)
    await settle()
    go()
    await settle()
    await other.drain()
    expect((await bench.look(operation)).state).toBe('done')
  })

  it('leaves a step alone that hangs, tells it so, and tries it again', async () => {
    const signals: AbortSignal[] = []
    const saga = sagaOf(async ({ signal }) => {
      signals.push(signal)
      return signals.length > 1 ? done() : new Promise(() => undefined)
    })
    const worker = bench.worker(saga, { stepWithin: seconds(10) })
    const operation = await bench.begin('test')
    worker.poke(operation)
    await bench.pass(11)
    expect(signals[0]?.aborted).toBe(true)
    await bench.pass(60)
    await worker.drain()
    expect((await bench.look(operation)).state).toBe('done')
  })

  it('stops although a step hangs', async () => {
    const saga = sagaOf(() => new Promise(() => undefined))
    const worker = bench.worker(saga, { stopWithin: seconds(5) })
    const operation = await bench.begin('test')
    worker.poke(operation)
    await settle()
    let stopped = false
    const stopping = worker.stop().then(() => {
      stopped = true
    })
    await settle()
    expect(stopped).toBe(false)
    await bench.pass(6)
    await stopping
    expect((await bench.look(operation)).state).toBe('running')
  })

  it('backs off and calls for repair where the store refuses what a step writes, instead of failing or spinning', async () => {
    let tries = 0
    const saga = sagaOf(async () => {
      tries++
      return done(null, async () => {
        if (tries <= 10) throw storageErrors.failed({})
      })
    })
    const worker = bench.worker({ ...saga, steps: saga.steps.map((step) => ({ ...step, pivot: true })) })
    const operation = await bench.begin('test')
    for (let round = 0; round < 9; round++) {
      await worker.drain()
      await bench.pass(40)
    }
    expect(await bench.look(operation)).toMatchObject({ state: 'running', needsRepair: true, tries: 9 })
    for (let round = 0; round < 4; round++) {
      await worker.drain()
      await bench.pass(40)
    }
    expect(await bench.look(operation)).toMatchObject({ state: 'done', needsRepair: false })
  })

  it('remembers when an operation ended', async () => {
    const worker = bench.worker(sagaOf(async () => done()))
    const operation = await bench.begin('test')
    expect((await bench.look(operation)).endedAt).toBeNull()
    await worker.drain()
    expect((await bench.look(operation)).endedAt).toBe(bench.clock.now())
  })
})
