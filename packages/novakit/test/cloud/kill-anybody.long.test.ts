import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from '../support/processes/stage.ts'
import { surviveKills, wrongAtRest } from '../support/processes/mixed-kills.ts'

const KILLS = 500

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 30_000)
afterAll(() => stage.close())

test(`everything that was accepted ends, and agrees, through ${KILLS} deaths of conductors and agents`, async () => {
  // Of the deaths two thirds are a conductor's.
  expect(await surviveKills(stage, KILLS, 'anybody')).toBeGreaterThan(KILLS / 4)
  expect(await (await stage.control()).call('deeds')).toBeGreaterThan(10)
  await (await stage.control()).call('deleteAll')
  expect(await wrongAtRest(stage)).toEqual([])
  expect(await (await stage.hosts()).call('wholeGuests')).toEqual([])
})
