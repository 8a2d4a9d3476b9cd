import path from 'node:path'
import { expect, test } from 'vitest'
import type { TracePreset } from '../../src/cli/trace/trace-cloud.ts'
import { cut, type TraceSet } from '../../src/cli/trace/set.ts'
import { ephemeralSecretBox, manualClock, millis, seededIds, seededRandom, sqlite, type ManualClock } from 'novakit'
import { dataFolder } from '../support/trace/data-folder.ts'
import { findSet } from '../../src/cli/trace/find-set.ts'
import { outcomeOf } from '../../src/cli/trace/check/outcome.ts'
import { prepare } from '../../src/cli/trace/prepare.ts'
import { readEvidence } from '../../src/cli/trace/check/read-evidence.ts'
import { replay } from '../../src/cli/trace/replay.ts'
import { replayer, traceCloud } from '../../src/cli/trace/trace-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { verify } from '../../src/cli/trace/check/verify.ts'

/** Time goes on until the work is over. */
async function passing<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let over = false
  const done = work.finally(() => {
    over = true
  })
  done.catch(() => undefined)
  while (!over) await clock.advance(millis(50))
  return done
}

/** The hash of who stands where, after a replay by one conductor on a clock by hand. */
async function placementOf(set: TraceSet, preset: TracePreset, seed: string): Promise<string> {
  const clock = manualClock()
  const database = path.join(await tempFolder(), 'cloud.db')
  const { cloud } = await traceCloud(set, {
    preset,
    // Given as a driver, so that agents remember in this process alone: no file of theirs has a say in the order.
    database: sqlite({ file: database }),
    clock,
    randomSeed: seed,
    ids: seededIds(seededRandom(seed)),
    secrets: ephemeralSecretBox(),
  })
  try {
    await passing(clock, cloud.start())
    const verbs = replayer(cloud)
    await passing(
      clock,
      prepare(verbs, set).then((made) => replay(cloud, verbs, set, made, { inFlight: 8, clock })),
    )
    await clock.advance(millis(2000))
    const given = { set, evidence: readEvidence(database), guests: null, allAlone: false, noLessThanGreedy: false }
    expect(verify(given)).toEqual([])
    return outcomeOf(given).placement
  } finally {
    await passing(clock, cloud.stop())
  }
}

test.for(['pack', 'spread'] as const)(
  'one conductor on virtual time places the same seed the same to the last bit: %s',
  { timeout: 60_000 },
  async (preset) => {
    const set = cut(await findSet(dataFolder, 'C5', 0.03), { requests: 80 })
    const hashes = [await placementOf(set, preset, 'one'), await placementOf(set, preset, 'one')]
    expect(hashes[1]).toBe(hashes[0])
  },
)
