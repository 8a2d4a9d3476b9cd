import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CloudEvent, OperationId, ProjectId, ServerId } from '@novakit/core'
import { id, publish, relayOutbox, seconds, systemIds } from '@novakit/core'
import { giveTurnBack } from '../../src/saga/index.ts'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

const told = { server: id<ServerId>('s'), project: id<ProjectId>('p'), operation: id<OperationId>('o') }
const say = (): Promise<void> => bench.store.write((tx) => publish(tx, systemIds, 's', 'instance.delete.start', told))
const turn = (owner: string) => ({ owner, leaseFor: seconds(15) })

it('delivers from one process at a time, and from another when that one is gone', async () => {
  const heard: string[] = []
  const relay = (owner: string) => relayOutbox(bench.store, turn(owner), () => void heard.push(owner))
  await say()
  await say()
  expect(await relay('a')).toBe(2)
  await say()
  expect(await relay('b')).toBe(0)
  expect(await relay('a')).toBe(1)
  await say()
  await bench.pass(16)
  expect(await relay('b')).toBe(1)
  expect(heard).toEqual(['a', 'a', 'a', 'b'])
})

it('delivers from another process at once when the one before has given its turn back', async () => {
  const heard: string[] = []
  const relay = (owner: string) => relayOutbox(bench.store, turn(owner), () => void heard.push(owner))
  await say()
  await relay('a')
  await giveTurnBack(bench.store, 'b')
  await say()
  expect(await relay('b')).toBe(0)
  await giveTurnBack(bench.store, 'a')
  expect(await relay('b')).toBe(1)
  expect(heard).toEqual(['a', 'b'])
})

it('delivers again what was not seen to be delivered, in its order', async () => {
  await say()
  await say()
  const seen: number[] = []
  const failing = (event: CloudEvent): void => {
    seen.push(event.seq)
    if (seen.length === 2) throw new Error('The listener broke.')
  }
  await expect(relayOutbox(bench.store, turn('a'), failing)).rejects.toThrow('The listener broke.')
  expect(await relayOutbox(bench.store, turn('a'), failing)).toBe(2)
  expect(seen).toEqual([1, 2, 1, 2])
})

it('keeps an event of a transaction that was rolled back to itself', async () => {
  const broken = bench.store.write(async (tx) => {
    await publish(tx, systemIds, 's', 'instance.delete.start', told)
    throw new Error('No.')
  })
  await expect(broken).rejects.toThrow('No.')
  expect(await relayOutbox(bench.store, turn('a'), () => undefined)).toBe(0)
})
