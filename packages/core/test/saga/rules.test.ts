import { expect, it, onTestFinished } from 'vitest'
import type { HostName, Operation, OperationId, Report, ServerId } from '@novakit/core'
import { id, seconds } from '@novakit/core'
import { acquire, changeHeld, takeReport } from '../../src/saga/index.ts'
import { openBench, type Bench } from './bench.ts'

const host = id<HostName>('h1')
const server = id<ServerId>('s1')

async function bench(): Promise<Bench> {
  const made = await openBench()
  onTestFinished(() => made.close())
  return made
}

async function taken({ store }: Bench, operation: OperationId, owner: string): Promise<Operation> {
  const held = await store.write((tx) => acquire(tx, operation, { owner, for: seconds(15) }))
  if (held === null) throw new Error('it is held by another')
  return held
}

it('who has lost the lease writes nothing, and what it wrote in that transaction is rolled back', async () => {
  const at = await bench()
  const operation = await at.begin('test')
  const stalled = await taken(at, operation, 'a')
  await at.pass(16)
  const current = await taken(at, operation, 'b')
  const late = at.store.write((tx) => changeHeld(tx, stalled, { cursor: 7 }))
  await expect(late).rejects.toMatchObject({ code: 'operation.lease_lost' })
  expect((await at.look(operation)).cursor).toBe(0)
  await at.store.write((tx) => changeHeld(tx, current, { cursor: 1 }))
  expect((await at.look(operation)).cursor).toBe(1)
})

it('an answer counts only from the host, for the step, the attempt and the epoch that it was asked for, and once', async () => {
  const at = await bench()
  const operation = await at.begin('test')
  const held = await taken(at, operation, 'a')
  const waiting = { waiting_step: 'spawn', waiting_host: host, waiting_epoch: 2, attempt: 3, lease_until: null }
  await at.store.write((tx) => changeHeld(tx, held, waiting))
  const right: Report = {
    operation,
    step: 'spawn',
    attempt: 3,
    host,
    server,
    epoch: 2,
    outcome: { kind: 'done', output: null },
  }
  const take = (report: Report): Promise<boolean> => at.store.write((tx) => takeReport(tx, report))
  for (const wrong of [{ step: 'spawn/undo' }, { attempt: 2 }, { epoch: 1 }, { host: id<HostName>('h2') }]) {
    expect(await take({ ...right, ...wrong })).toBe(false)
  }
  expect((await at.look(operation)).report).toBeNull()
  expect(await take(right)).toBe(true)
  expect(await take(right)).toBe(false)
  expect((await at.look(operation)).report).toEqual(right)
})
