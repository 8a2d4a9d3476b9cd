import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { imageErrors } from '@novakit/core'

export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

export interface Received {
  readonly size: number
  readonly md5: string
  readonly sha256: string
  readonly sha512: string
}

const ALGORITHMS = ['md5', 'sha256', 'sha512'] as const

/**
 * Writes a stream into a file, where runs of zeros become holes, and syncs it.
 * @throws `image.too_large` as soon as it is; what the source throws; what aborted the signal
 */
export async function receive(
  file: FileHandle,
  source: Source,
  { image, most, signal }: { readonly image: string; readonly most: number; readonly signal?: AbortSignal | undefined },
): Promise<Received> {
  const hashes = ALGORITHMS.map((algorithm) => createHash(algorithm))
  let size = 0
  for await (const chunk of source) {
    signal?.throwIfAborted()
    if (size + chunk.length > most) throw imageErrors.too_large({ image, bytes: most })
    for (const hash of hashes) hash.update(chunk)
    if (chunk.some((byte) => byte !== 0)) await writeAll(file, chunk, size)
    size += chunk.length
  }
  await file.truncate(size)
  await file.sync()
  const [md5 = '', sha256 = '', sha512 = ''] = hashes.map((hash) => hash.digest('hex'))
  return { size, md5, sha256, sha512 }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done)
    done += bytesWritten
  }
}

/** Reads an open file from its beginning. The file stays open. */
export async function* chunksOf(file: FileHandle): AsyncIterable<Uint8Array> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

const CHUNK = 256 * 1024
