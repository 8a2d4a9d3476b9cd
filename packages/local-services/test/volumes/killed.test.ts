import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { gib } from '@novakit/core'
import { as, open, tempFolder } from '../support/services.ts'
import { killedAt } from '../support/killed-at.ts'

const me = as('mine')
const wanted = { size: gib(1), name: 'data', type: null } as const

async function files(dir: string): Promise<readonly number[]> {
  const folders = ['files', 'snapshots', 'making']
  return Promise.all(folders.map(async (name) => (await readdir(path.join(dir, 'volumes', name))).length))
}

async function withVolume(): Promise<string> {
  const dir = await tempFolder()
  const { volumes, close } = await open(dir)
  await volumes.create(me, wanted, 'op')
  await close()
  return dir
}

test.each(['volume.begun', 'volume.made', 'volume.moved'])(
  'killed at %s, no volume and no file is left, and the key begins again',
  async (place) => {
    const dir = await tempFolder()
    await killedAt(dir, 'create-volume', place)
    const { volumes } = await open(dir)
    expect([await volumes.volumes(me), await files(dir)]).toEqual([[], [0, 0, 0]])
    expect(await volumes.create(me, wanted, 'op')).toMatchObject({ status: 'available' })
    expect(await files(dir)).toEqual([1, 0, 0])
  },
)

test.each(['volume.doomed', 'volume.removed'])('killed at %s, the volume is gone', async (place) => {
  const dir = await withVolume()
  await killedAt(dir, 'delete-volume', place)
  const { volumes } = await open(dir)
  expect([await volumes.volumes(me), await files(dir)]).toEqual([[], [0, 0, 0]])
})

test('killed while it grows, a volume is as large as its record says, and grows again', async () => {
  const dir = await withVolume()
  await killedAt(dir, 'extend-volume', 'volume.extended')
  const { volumes } = await open(dir)
  const [volume] = await volumes.volumes(me)
  expect(volume).toMatchObject({ size: 1, status: 'available' })
  await volumes.extend(me, volume!.id, gib(2))
  expect((await stat(path.join(dir, 'volumes/files', volume!.id))).size).toBe(2 * 2 ** 30)
})

test('killed within a snapshot, none is left, and the volume is free', async () => {
  const dir = await withVolume()
  await killedAt(dir, 'snapshot-volume', 'snapshot.moved')
  const { volumes } = await open(dir)
  expect([await volumes.snapshots.list(me), await files(dir)]).toEqual([[], [1, 0, 0]])
  const [volume] = await volumes.volumes(me)
  expect(await volumes.snapshots.create(me, volume!.id, 's')).toMatchObject({ name: 's' })
})
