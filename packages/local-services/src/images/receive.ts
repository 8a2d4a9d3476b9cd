import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { imageErrors } from '@novakit/core'
import { writeSparse, type Source } from '../files/sparse.ts'

export type ChecksumAlgorithm = 'md5' | 'sha256' | 'sha512'

export type Received<Algorithm extends ChecksumAlgorithm = ChecksumAlgorithm> = { readonly size: number } & {
  /** In hex. */
  readonly [algorithm in Algorithm]: string
}

export interface ReceiveOptions<Algorithm extends ChecksumAlgorithm> {
  readonly image: string
  /** In bytes. */
  readonly most: number
  readonly checksums: readonly Algorithm[]
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes a stream into a file and syncs it.
 * @throws `image.too_large` as soon as it is; what the source throws; what aborted the signal
 */
export async function receive<Algorithm extends ChecksumAlgorithm>(
  file: FileHandle,
  source: Source,
  { image, most, checksums, signal }: ReceiveOptions<Algorithm>,
): Promise<Received<Algorithm>> {
  const hashes = checksums.map((algorithm) => createHash(algorithm))
  const size = await writeSparse(file, source, (piece, position) => {
    signal?.throwIfAborted()
    if (position + piece.length > most) throw imageErrors.too_large({ image, bytes: most })
    for (const hash of hashes) hash.update(piece)
  })
  await file.sync()
  const digests = hashes.map((hash, at) => [checksums[at], hash.digest('hex')])
  return { size, ...Object.fromEntries(digests) } as Received<Algorithm>
}
