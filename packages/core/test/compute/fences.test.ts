import { expect, test } from 'vitest'
import { fences } from '../../src/compute/fences.ts'
import { volatileHostMemory } from '../../src/system/host-memory.ts'
import { web } from './desk-stand.ts'

const pass = (epoch: number, ends: boolean, sequence = 0) => ({ epoch, sequence, ends })

test('of two orders at one epoch the older is refused once the newer was seen, unless it ends the guest', async () => {
  const memory = volatileHostMemory()
  await fences(memory).admit(web, pass(1, false, 0))
  expect(await fences(memory).admit(web, pass(1, false, 2))).toBe(true)
  expect(await fences(memory).admit(web, pass(1, false, 1))).toBe(false)
  expect(await fences(memory).admit(web, pass(1, false, 2))).toBe(true)
  expect(await fences(memory).admit(web, pass(1, true))).toBe(true)
  expect(await fences(memory).admit(web, pass(2, false, 1))).toBe(true)
})

test('a lower epoch than was seen is refused, the same and a higher one are not', async () => {
  const fence = fences(volatileHostMemory())
  expect(await fence.admit(web, pass(2, false))).toBe(true)
  expect(await fence.admit(web, pass(1, false))).toBe(false)
  expect(await fence.admit(web, pass(1, true))).toBe(false)
  expect(await fence.admit(web, pass(2, false))).toBe(true)
  expect(await fence.admit(web, pass(3, false))).toBe(true)
})

test('what was ended is not made again at that epoch, but may be ended again', async () => {
  const fence = fences(volatileHostMemory())
  await fence.admit(web, pass(1, true))
  expect(await fence.admit(web, pass(1, false))).toBe(false)
  expect(await fence.admit(web, pass(1, true))).toBe(true)
  expect(await fence.admit(web, pass(2, false))).toBe(true)
})

test('a guest stays ended when the server comes back at a higher epoch, and the new one is not', async () => {
  const fence = fences(volatileHostMemory())
  await fence.admit(web, pass(1, true))
  await fence.admit(web, pass(2, false))
  expect(await fence.hasEnded({ server: web, epoch: 1 })).toBe(true)
  expect(await fence.hasEnded({ server: web, epoch: 2 })).toBe(false)
})

test('what was seen is remembered by the next agent on the host', async () => {
  const memory = volatileHostMemory()
  await fences(memory).admit(web, pass(4, true))
  expect(await fences(memory).admit(web, pass(3, true))).toBe(false)
  expect(await fences(memory).hasEnded({ server: web, epoch: 4 })).toBe(true)
})
