import { readFile, writeFile } from 'node:fs/promises'
import type { Plan } from '../simulate/plan.ts'
import { z } from 'zod'

/** A plan that has failed once, shrunk, and what it found. It is lived again in every run. */
export interface KnownSeed {
  readonly plan: Plan
  readonly found: string
}

const names = z.array(z.string())
const plan = z.strictObject({
  seed: z.string(),
  span: z.number(),
  conductors: z.number(),
  troubles: names,
  stories: names,
  patient: z.boolean(),
  without: names,
  recovery: z.boolean().default(false),
})
const file = z.strictObject({ seeds: z.array(z.strictObject({ plan, found: z.string() })) })

/** None where there is no such file yet. @throws where it cannot be read */
export async function readKnownSeeds(path: string): Promise<readonly KnownSeed[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? [] : file.parse(JSON.parse(text)).seeds
}

export async function addKnownSeeds(path: string, more: readonly KnownSeed[]): Promise<void> {
  const known = await readKnownSeeds(path)
  const fresh = more.filter((one) => !known.some((old) => JSON.stringify(old.plan) === JSON.stringify(one.plan)))
  if (fresh.length > 0) await writeFile(path, `${JSON.stringify({ seeds: [...known, ...fresh] }, null, 2)}\n`)
}
