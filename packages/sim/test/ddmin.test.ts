import { expect, test } from 'vitest'
import { ddmin } from '../src/simulate/ddmin.ts'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

test.for<readonly [culprits: readonly number[], all: number]>([
  [[3], 10],
  [[0, 9], 10],
  [[2, 5, 31], 64],
  [[0], 1],
  [[], 5],
])('leaves exactly those that are to blame: %s of %s', async ([culprits, all]) => {
  const left = await ddmin(upTo(all), async (some) => culprits.every((one) => some.includes(one)))
  expect(left).toEqual(culprits)
})

test('leaves one of two that are each enough', async () => {
  const left = await ddmin(upTo(20), async (some) => some.includes(4) || some.includes(15))
  expect(left).toHaveLength(1)
})
