import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { imageErrors } from '@novakit/core'
import { writeSparse, type Source } from '../files/sparse.ts'

export interface Received {
  readonly size: number
  readonly md5: string
  readonly sha256: string
  readonly sha512: string
}

const ALGORITHMS = ['md5', 'sha256', 'sha512'] as const

/**
 * Writes a stream into a file and syncs it.
 * @throws `image.too_large` as soon as it is; what the source throws; what aborted the signal
 */
export async function receive(
  file: FileHandle,
  source: Source,
  { image, most, signal }: { readonly image: string; readonly most: number; readonly signal?: AbortSignal | undefined },
): Promise<Received> {
  const hashes = ALGORITHMS.map((algorithm) => createHash(algorithm))
  const size = await writeSparse(file, source, (piece, position) => {
    signal?.throwIfAborted()
    if (position + piece.length > most) throw imageErrors.too_large({ image, bytes: most })
    for (const hash of hashes) hash.update(piece)
  })
  await file.sync()
  const [md5 = '', sha256 = '', sha512 = ''] = hashes.map((hash) => hash.digest('hex'))
  return { size, md5, sha256, sha512 }
}
