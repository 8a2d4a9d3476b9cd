import type { FileHandle } from 'node:fs/promises'
import { inspect, type Inspection } from '../inspect/index.ts'

/** Inspects an open file, reading at its places. */
export async function inspectFile(file: FileHandle): Promise<Inspection> {
  const { size } = await file.stat()
  const inspection = inspect(size)
  let step = inspection.next()
  while (step.done !== true) {
    const { offset, length } = step.value
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
    step = inspection.next(buffer.subarray(0, bytesRead))
  }
  return step.value
}
