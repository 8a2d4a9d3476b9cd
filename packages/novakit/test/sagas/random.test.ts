import { expect, test } from 'vitest'
import { playSeed } from '@novakit/sim'

const SEEDS = 50

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`seed ${seed}: whatever happens, the cloud comes to rest, agrees with itself, and can be emptied`, async () => {
    const { findings, troubles } = await playSeed(String(seed))
    expect(findings, `seed ${seed} with ${troubles.join(', ')}`).toEqual([])
  })
}

test('the same seed lives the same life', async () => {
  const [first, second] = [await playSeed('twice'), await playSeed('twice')]
  expect(JSON.stringify(second.picture)).toBe(JSON.stringify(first.picture))
})
