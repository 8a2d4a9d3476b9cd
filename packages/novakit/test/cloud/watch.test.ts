import { expect, onTestFinished, test } from 'vitest'
import type { Cloud, Snapshot, SnapshotSource } from 'novakit'
import { applyDelta, tokens } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { boot, node, startCloud, tenant } from '../support/open-cloud.ts'

type Piece = ReturnType<SnapshotSource['watch']> extends AsyncIterable<infer Item> ? Item : never

/** Keeps a snapshot of its own by what the view's `watch` says, as an indexed engine does. */
function follow(cloud: Cloud, start: Snapshot): { readonly pieces: readonly Piece[]; now(): Snapshot } {
  const ending = new AbortController()
  const pieces: Piece[] = []
  let mine = start
  const reading = (async () => {
    for await (const piece of cloud.container.get(tokens.view).watch(start.version, ending.signal)) {
      pieces.push(piece)
      mine = 'kind' in piece ? piece.snapshot : applyDelta(mine, piece)
    }
  })()
  onTestFinished(async () => {
    ending.abort()
    await reading
  })
  return { pieces, now: () => mine }
}

const contentOf = ({ version, hosts }: Snapshot): unknown => ({
  version,
  hosts: hosts.toSorted((one, other) => one.host.localeCompare(other.host)),
})

async function twoHosts(): Promise<Cloud> {
  return startCloud({ hosts: { h1: fakeDriver(node), h2: fakeDriver(node) } })
}

test('who watches the view is told of every change, one delta for each version', async () => {
  const cloud = await twoHosts()
  const view = cloud.container.get(tokens.view)
  const start = await view.snapshot()
  const follower = follow(cloud, start)
  for (let count = 0; count < 3; count++) {
    await boot(tenant(cloud))
    const truth = await view.snapshot()
    expect(truth.version).toBeGreaterThan(start.version + count)
    await expect.poll(() => follower.now().version).toBe(truth.version)
    expect(contentOf(follower.now())).toEqual(contentOf(truth))
  }
  expect(follower.pieces.every((piece) => 'changes' in piece)).toBe(true)
  expect(follower.pieces.map((piece) => ('changes' in piece ? [piece.from, piece.to] : []))).toEqual(
    follower.pieces.map((_, index) => [start.version + index, start.version + index + 1]),
  )
})

test('who asks for what is no longer remembered is given a whole snapshot, and every change after it', async () => {
  const cloud = await twoHosts()
  const view = cloud.container.get(tokens.view)
  const start = await view.snapshot()
  const follower = follow(cloud, { ...start, version: -7, hosts: [] })
  await expect.poll(() => follower.pieces).toMatchObject([{ kind: 'reset', snapshot: { version: start.version } }])
  await boot(tenant(cloud))
  const truth = await view.snapshot()
  await expect.poll(() => follower.now().version).toBe(truth.version)
  expect(contentOf(follower.now())).toEqual(contentOf(truth))
  expect(follower.pieces.filter((piece) => 'kind' in piece)).toHaveLength(1)
})
