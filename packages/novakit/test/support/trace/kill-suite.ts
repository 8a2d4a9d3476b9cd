import { afterAll, beforeAll, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Nursery } from '../processes/nursery.ts'
import type { Replayer, ReplayerOptions } from '../processes/replayer.ts'
import { bundle } from '../processes/bundle.ts'
import { dataFolder } from './data-folder.ts'
import { cut } from '../../../src/cli/trace/set.ts'
import { expectSurvival } from './expect-survival.ts'
import { findSet } from '../../../src/cli/trace/find-set.ts'
import { momentInWords, momentsToDie } from './die-somewhere.ts'
import { nursery } from '../processes/nursery.ts'

export interface KillSuite {
  readonly seed: string
  /** How many processes are killed, each in a replay of its own. */
  readonly kills: number
  /** As part of the hosts of a set, and how many of its requests. */
  readonly hosts: number
  readonly requests: number
}

export function describeKills({ seed, kills, hosts, requests }: KillSuite): void {
  let folder: string
  let replayers: Nursery<Replayer, ReplayerOptions>
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kills-'))
    await bundle(['replayer'], folder)
    replayers = nursery(path.join(folder, 'replayer.mjs'))
  }, 60_000)
  afterAll(async () => {
    replayers.close()
    await rm(folder, { recursive: true, force: true })
  })
  const moments = momentsToDie(seed, kills, requests).map((at, index) => [momentInWords(at), at, index] as const)
  test.for(moments)(
    'a replay whose process is killed %s comes to the same end as any other',
    { timeout: 120_000 },
    async ([, at, index]) => {
      const set = cut(await findSet(dataFolder, `C${(index % 5) + 1}`, hosts), { requests })
      await expectSurvival(replayers, folder, set, at)
    },
  )
}
