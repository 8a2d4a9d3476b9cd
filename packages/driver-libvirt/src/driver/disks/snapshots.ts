import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { ServerId } from '@novakit/core'
import type { Station } from '../station.ts'
import { namesIn } from './folders.ts'

type Parts = Pick<Station, 'folders'>

/** Keys are free text, so a digest of them names the file. */
export function snapshotFile({ folders }: Parts, server: ServerId, key: string, format: string): string {
  folders.of(server)
  return path.join(folders.snapshots, `${server}.${digest(key)}.${format}`)
}

/** All of a guest, or those of one key. */
export async function removeSnapshots({ folders }: Parts, server: ServerId, key?: string): Promise<void> {
  folders.of(server)
  const start = key === undefined ? `${server}.` : `${server}.${digest(key)}.`
  const names = (await namesIn(folders.snapshots)).filter((name) => name.startsWith(start))
  for (const name of names) await rm(path.join(folders.snapshots, name), { force: true })
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}
