import type { FileHandle } from 'node:fs/promises'

const CHUNK = 256 * 1024
const ZEROS = Buffer.alloc(CHUNK)

/** Bytes as they come, in pieces of any size. */
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * Writes a stream from a file's beginning, where pieces of zeros become holes, and ends the file with it. Not synced.
 * @param look is called with each piece before it is written, and may refuse it
 */
export async function writeSparse(
  file: FileHandle,
  source: Source,
  look: (piece: Uint8Array, position: number) => void = () => undefined,
): Promise<number> {
  let position = 0
  for await (const piece of source) {
    look(piece, position)
    if (!isZero(piece)) await writeAll(file, piece, position)
    position += piece.length
  }
  await file.truncate(position)
  return position
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

function isZero(piece: Uint8Array): boolean {
  return piece.length <= CHUNK && ZEROS.subarray(0, piece.length).equals(piece)
}

async function writeAll(file: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < piece.length;) {
    const { bytesWritten } = await file.write(piece, done, piece.length - done, position + done)
    done += bytesWritten
  }
}
