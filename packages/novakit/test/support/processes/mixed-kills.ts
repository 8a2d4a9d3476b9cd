import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'
import { seededRandom } from 'novakit'

const REST_EVERY = 25
const PATIENCE = 30_000

/** The test that so many deaths of real processes lose nothing. */
export function testKills(kills: number, within: number): void {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
  }, 30_000)
  afterAll(() => stage.close())

  test(
    `everything that was accepted ends, and agrees, through ${kills} deaths of conductors and agents`,
    async () => {
      // Of the deaths two thirds are a conductor's.
      expect(await surviveKills(stage, kills, 'anybody')).toBeGreaterThan(kills / 4)
      expect(await (await stage.control()).call('deeds')).toBeGreaterThan(10)
      await (await stage.control()).call('deleteAll')
      expect(await wrongAtRest(stage)).toEqual([])
      expect(await (await stage.hosts()).call('wholeGuests')).toEqual([])
    },
    within,
  )
}

const pause = (span: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, span))

/**
 * People do this and that with a cloud of real processes, of which one or another is killed again and again; every so
 * often all come to rest, and everything that was accepted must have ended and agree.
 * @returns at how many of the deaths of a conductor operations were in flight
 */
async function surviveKills(stage: Stage, kills: number, seed: string): Promise<number> {
  const random = seededRandom(seed)
  let inFlight = 0
  await (await stage.control()).call('work', `${seed}/0`)
  for (let count = 1; count <= kills; count++) {
    await pause(30 + random.below(250))
    const draw = random.next()
    const [control, hosts] = [await stage.control(), await stage.hosts()]
    await Promise.all([...(draw < 0.7 ? [control.kill()] : []), ...(draw >= 0.6 ? [hosts.kill()] : [])])
    await stage.hosts()
    const heir = await stage.control()
    if (!control.alive) {
      if ((await heir.call('inFlight')) > 0) inFlight++
      await heir.call('work', `${seed}/${count}`)
    }
    if (count % REST_EVERY === 0 || count === kills) {
      await heir.call('rest')
      expect(await wrongAtRest(stage)).toEqual([])
      if (count < kills) await heir.call('work', `${seed}/${count} again`)
    }
  }
  return inFlight
}

/** What does not agree once nothing is under way any more; empty is what it should be. */
async function wrongAtRest(stage: Stage): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const [control, hosts] = [await stage.control(), await stage.hosts()]
    const wrong = await control.call('wrong', await hosts.call('wholeGuests'))
    const violations = (await hosts.call('violations')).map((violation) => JSON.stringify(violation))
    if (violations.length > 0 || wrong.length === 0 || performance.now() > deadline) return [...wrong, ...violations]
    await pause(50)
  }
}
