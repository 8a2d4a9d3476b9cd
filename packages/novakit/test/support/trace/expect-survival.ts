import { expect } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import type { DieAt, Replayer, ReplayerOptions } from '../processes/replayer.ts'
import type { Nursery } from '../processes/nursery.ts'
import type { TraceSet } from '../../../src/cli/trace/set.ts'
import { nothingLeft } from '../../../src/cli/trace/check/nothing-left.ts'
import { readEvidence } from '../../../src/cli/trace/check/read-evidence.ts'
import { verify } from '../../../src/cli/trace/check/verify.ts'

/** A replay whose process is killed at a moment, and started again on what it left, comes to the same good end. */
export async function expectSurvival(
  replayers: Nursery<Replayer, ReplayerOptions>,
  folder: string,
  set: TraceSet,
  at: DieAt,
): Promise<void> {
  const home = await mkdtemp(path.join(folder, 'killed-'))
  const options = { database: path.join(home, 'cloud.db'), set, preset: 'pack' } as const
  const doomed = await replayers.start(options)
  const over = doomed.call('replay', at).then(
    () => 'it lived to the end',
    (error: unknown) => (doomed.alive ? error : doomed.ended),
  )
  const end = await over
  // A moment counted in milliseconds may come after the last server rests: then it dies at rest.
  if (end === 'it lived to the end' && 'settled' in at) await doomed.kill()
  else expect(end).toBe('SIGKILL')

  const heir = await replayers.start(options)
  try {
    await heir.call('replay', null)
    const guests = await heir.call('guests')
    const evidence = readEvidence(options.database)
    expect(verify({ set, evidence, guests, allAlone: true, noLessThanGreedy: false })).toEqual([])
    expect(await heir.call('violations')).toEqual([])
    await heir.call('removeAll')
    expect(nothingLeft(readEvidence(options.database), await heir.call('guests'))).toEqual([])
  } finally {
    await heir.kill()
    await rm(home, { recursive: true, force: true })
  }
}
