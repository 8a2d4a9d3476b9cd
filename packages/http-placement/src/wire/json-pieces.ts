import { nextRound } from '@novakit/core'
import type { Content } from '@novakit/http-kit'

/** Characters that are made in one go: a millisecond or two. */
const PIECE = 50_000
/** Values that are counted before a value is called large. */
const LARGE = 500

/** Text that grows, others having their turn whenever a piece of it is full. */
export interface JsonPieces {
  /** A promise where a turn is due: to be awaited before anything else is written. */
  write(text: string): Promise<void> | undefined
  /** All of it; as one text where it is short. */
  whole(): Content
}

export function jsonPieces(): JsonPieces {
  const pieces: string[] = []
  let open = ''
  return {
    write: (text) => {
      open += text
      if (open.length < PIECE) return undefined
      pieces.push(open)
      open = ''
      return nextRound()
    },
    whole: () => (pieces.length === 0 ? open : [...pieces, open]),
  }
}

/** The texts of all values with commas between them. */
export async function writeJoined<T>(
  out: JsonPieces,
  values: Iterable<T>,
  textOf: (value: T) => string,
): Promise<void> {
  let isFirst = true
  for (const value of values) {
    const turn = out.write(isFirst ? textOf(value) : `,${textOf(value)}`)
    isFirst = false
    if (turn !== undefined) await turn
  }
}

/** `{"name":[…]}` of a list of any length. */
export async function jsonList<T>(name: string, values: readonly T[], wireOf: (value: T) => unknown): Promise<Content> {
  const out = jsonPieces()
  await out.write(`{${JSON.stringify(name)}:[`)
  await writeJoined(out, values, (value) => JSON.stringify(wireOf(value)))
  await out.write(']}')
  return out.whole()
}

/** The value as JSON, made in pieces where it is large. */
export async function jsonOf(value: unknown): Promise<Content> {
  if (!isLarge(value)) return JSON.stringify(value)
  const out = jsonPieces()
  await writeValue(out, value)
  return out.whole()
}

async function writeValue(out: JsonPieces, value: unknown): Promise<void> {
  if (!isLarge(value)) {
    await out.write(JSON.stringify(value))
    return
  }
  const isList = Array.isArray(value)
  await out.write(isList ? '[' : '{')
  let comma = ''
  for (const [key, each] of Object.entries(value as object)) {
    if (each === undefined) continue
    const start = isList ? comma : `${comma}${JSON.stringify(key)}:`
    comma = ','
    const turn = out.write(isLarge(each) ? start : start + JSON.stringify(each))
    if (turn !== undefined) await turn
    if (isLarge(each)) await writeValue(out, each)
  }
  await out.write(isList ? ']' : '}')
}

function isLarge(value: unknown): boolean {
  return counted(value, LARGE) < 0
}

/** What is left of a number after everything inside a value was taken from it; below zero once it does not suffice. */
function counted(value: unknown, left: number): number {
  if (typeof value !== 'object' || value === null) return left - 1
  let rest = left - 1
  for (const key in value) {
    rest = counted((value as Readonly<Record<string, unknown>>)[key], rest)
    if (rest < 0) return rest
  }
  return rest
}
