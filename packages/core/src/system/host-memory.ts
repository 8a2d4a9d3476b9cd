import { mkdir, open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import type { HostMemory } from '../ports/host-memory.ts'

/** Forgets with the process. */
export function volatileHostMemory(): HostMemory {
  const values = new Map<string, string>()
  return {
    get: async (key) => values.get(key) ?? null,
    put: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    entries: async (prefix) => [...values].filter(([key]) => key.startsWith(prefix)),
  }
}

const COMPACT_AFTER = 1000

/**
 * A log of puts and deletes in one file, synced before `put` resolves, rewritten when it has grown. A torn last line,
 * as after a crash, is passed over.
 */
export async function fileHostMemory(file: string): Promise<HostMemory> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const values = await replay(file)
  let lines = 0
  let tail: Promise<unknown> = compact(file, values)
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work)
    tail = mine.catch(() => undefined)
    return mine
  }
  const append = (entry: readonly [string, string | null]): Promise<void> =>
    inTurn(async () => {
      if (entry[1] === null) values.delete(entry[0])
      else values.set(entry[0], entry[1])
      if (++lines > COMPACT_AFTER) {
        lines = 0
        return compact(file, values)
      }
      const handle = await open(file, 'a', 0o600)
      await handle.appendFile(`${JSON.stringify(entry)}\n`)
      await handle.datasync()
      await handle.close()
    })
  return {
    get: (key) => inTurn(async () => values.get(key) ?? null),
    put: (key, value) => append([key, value]),
    delete: (key) => append([key, null]),
    entries: (prefix) => inTurn(async () => [...values].filter(([key]) => key.startsWith(prefix))),
  }
}

async function replay(file: string): Promise<Map<string, string>> {
  const values = new Map<string, string>()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const entry = parseEntry(line)
    if (entry === null) continue
    if (entry[1] === null) values.delete(entry[0])
    else values.set(entry[0], entry[1])
  }
  return values
}

function parseEntry(line: string): readonly [string, string | null] | null {
  try {
    const entry: unknown = JSON.parse(line)
    return Array.isArray(entry) ? (entry as unknown as [string, string | null]) : null
  } catch {
    return null
  }
}

async function compact(file: string, values: ReadonlyMap<string, string>): Promise<void> {
  const next = `${file}.next`
  const handle = await open(next, 'w', 0o600)
  await handle.writeFile([...values].map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  await handle.sync()
  await handle.close()
  await rename(next, file)
}
