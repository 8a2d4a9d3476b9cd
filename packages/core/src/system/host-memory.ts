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

/** A log is rewritten when it has grown by so many lines, and has twice as many as there are values. */
const COMPACT_AFTER = 1000

type Entry = readonly [key: string, value: string | null]

/**
 * A log of puts and deletes in one file, synced before `put` resolves, rewritten when it has grown. What is put while
 * the file is being synced is written and synced together. A torn last line, as after a crash, is passed over.
 */
export async function fileHostMemory(file: string): Promise<HostMemory> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const values = await replay(file)
  let lines = values.size
  let torn = false
  let waiting: Entry[] = []
  let tail: Promise<unknown> = compact(file, values)
  let next: Promise<void> | null = null
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work)
    tail = mine.catch(() => undefined)
    return mine
  }

  async function flush(): Promise<void> {
    const entries = waiting
    waiting = []
    next = null
    for (const [key, value] of entries) {
      if (value === null) values.delete(key)
      else values.set(key, value)
    }
    lines += entries.length
    // After an append that was cut off in the middle of its line, the next one would be lost with it.
    const whole = !torn && lines <= COMPACT_AFTER + 2 * values.size
    torn = true
    if (whole) await append(file, entries)
    else {
      await compact(file, values)
      lines = values.size
    }
    torn = false
  }
  const put = (entry: Entry): Promise<void> => {
    waiting.push(entry)
    return (next ??= inTurn(flush))
  }
  return {
    get: (key) => inTurn(async () => values.get(key) ?? null),
    put: (key, value) => put([key, value]),
    delete: (key) => put([key, null]),
    entries: (prefix) => inTurn(async () => [...values].filter(([key]) => key.startsWith(prefix))),
  }
}

async function append(file: string, entries: readonly Entry[]): Promise<void> {
  const handle = await open(file, 'a', 0o600)
  try {
    await handle.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    await handle.datasync()
  } finally {
    await handle.close()
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

function parseEntry(line: string): Entry | null {
  try {
    const entry: unknown = JSON.parse(line)
    return Array.isArray(entry) ? (entry as unknown as Entry) : null
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
