import { expect, test } from 'vitest'
import { simulate, troubles } from '@novakit/sim'

/** `npm run simulate` lives many more; these tell at once when something is broken. */
const SEEDS = 12

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`seed ${seed}: whatever happens, the cloud comes to rest, agrees with itself, and can be emptied`, async () => {
    const { findings, plan } = await simulate({ seed: String(seed) })
    expect(findings, JSON.stringify(plan)).toEqual([])
  })
}

test('under every kind of trouble at once', async () => {
  const { findings } = await simulate({ seed: 'all', plan: { troubles: Object.keys(troubles), span: 20_000 } })
  expect(findings).toEqual([])
})

test.for(['104', '112'])('the same seed lives the same life, whatever lived before it: seed %s', async (seed) => {
  const first = await simulate({ seed })
  await simulate({ seed: 'something else' })
  const second = await simulate({ seed })
  expect(second.trace).toEqual(first.trace)
  expect(second.hash).toBe(first.hash)
})

test('what a plan leaves out does not happen, and changes nothing that is drawn for others', async () => {
  const plan = { troubles: ['dyingAgents', 'storeOutages'], span: 30_000 }
  const whole = await simulate({ seed: 'left out', plan })
  const without = whole.acts.filter((act) => act.startsWith('storeOutages'))
  expect(without).not.toEqual([])
  const part = await simulate({ seed: 'left out', plan: { ...plan, without } })
  const deaths = (acts: readonly string[]) => acts.filter((act) => act.startsWith('dyingAgents'))
  expect(part.acts.some((act) => act.startsWith('storeOutages'))).toBe(false)
  expect(deaths(part.acts)).toEqual(deaths(whole.acts))
})
