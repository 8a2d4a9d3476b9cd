#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import type { Options } from './options.ts'
import type { Result, Task } from './worker.ts'
import { addKnownSeeds, readKnownSeeds } from './known-seeds.ts'
import { expectedMarks, missingMarks } from '../simulate/marks.ts'
import { liveAll } from './live-all.ts'
import { parseOptions, usage } from './options.ts'
import { serveTasks } from './worker.ts'
import { simulate } from '../simulate/simulate.ts'
import { tally, type Tally } from './tally.ts'

/** Of one seed in so many it is made sure that it lives the same life twice. */
const TWICE_EVERY = 100

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** One seed, and all that happened in it. */
async function one(seed: string, { without, span, troubles, json }: Options): Promise<number> {
  const plan = { ...(without && { without }), ...(span && { span }), ...(troubles && { troubles }) }
  const { trace, findings, marks, ...life } = await simulate({ seed, plan })
  for (const line of trace) say(line)
  say(findings.length === 0 ? `seed ${seed}: all agrees` : `seed ${seed} fails: ${findings.join('; ')}`)
  if (json) process.stdout.write(`${JSON.stringify({ ...life, findings, marks: Object.fromEntries(marks) })}\n`)
  return findings.length === 0 ? 0 : 1
}

function* tasksOf(first: number, count: number, known: readonly Task[], isOver: () => boolean): Generator<Task> {
  yield* known
  for (let seed = first; seed < first + count && !isOver(); seed++) {
    yield { seed: String(seed), twice: seed % TWICE_EVERY === 0 }
  }
}

async function many(count: number, options: Options): Promise<number> {
  const first = Number(options.seed ?? 1)
  if (!Number.isSafeInteger(first)) throw new RangeError('With --seeds, --seed must be a whole number: the first.')
  const known = options.known === null ? [] : await readKnownSeeds(options.known)
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  const tasks = tasksOf(
    first,
    count,
    known.map(({ plan }) => ({ seed: plan.seed, plan, twice: false })),
    () => seconds() > 60 * options.minutes,
  )
  const sums = tally()
  let told = 0
  await liveAll(fileURLToPath(import.meta.url), tasks, options.jobs, (result) => {
    sums.add(result)
    if (result.findings.length > 0) tell(result)
    if (seconds() - told < 10) return
    told = seconds()
    say(`${sums.seeds} of ${known.length + count} seeds, ${sums.failed.length} failed, ${rate(sums, told)} a second`)
  })
  return report(sums, seconds(), options)
}

const rate = ({ seeds }: Tally, seconds: number): string => (seeds / seconds).toFixed(2)

/** A failure, shrunk: what was found, what happened, and how to see it again. */
function tell({ seed, findings, smallest }: Result): void {
  say(`\nseed ${seed} fails:`)
  for (const finding of findings) say(`  ${finding}`)
  if (smallest === null) return
  const { plan } = smallest
  say(`\nWith as little in it as possible:\n\n${smallest.trace.join('\n')}\n`)
  const without = plan.without.length === 0 ? '' : ` --without '${plan.without.join(',')}'`
  const troubles = ` --troubles '${plan.troubles.join(',')}'`
  say(`To see it again: npm run simulate -- --seed ${seed} --span ${plan.span}${troubles}${without}\n`)
}

async function report(sums: Tally, seconds: number, { json, known, everyMark }: Options): Promise<number> {
  const missing = missingMarks(sums.marks)
  const failures = sums.failed.flatMap(({ findings, smallest }) =>
    smallest === null ? [] : [{ plan: smallest.plan, found: findings[0] ?? '' }],
  )
  if (known !== null) await addKnownSeeds(known, failures)
  say(
    `${sums.seeds} seeds in ${seconds.toFixed(0)} s (${rate(sums, seconds)} a second): ${sums.failed.length} failed; ` +
      `${sums.hours.toFixed(1)} hours of virtual time, ${sums.acts} requests and faults, ` +
      `${expectedMarks.length - missing.length} of ${expectedMarks.length} marks reached`,
  )
  for (const mark of missing) say(`not reached: ${mark}`)
  const unmet = everyMark ? missing.length : 0
  say(`${sums.seeds - sums.failed.length} passed, ${sums.failed.length + unmet} failed, 0 skipped`)
  if (json) {
    const marks = Object.fromEntries([...sums.marks].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const { seeds, acts, hours } = sums
    process.stdout.write(`${JSON.stringify({ seeds, seconds, hours, acts, marks, missing, failures })}\n`)
  }
  return sums.failed.length + unmet === 0 ? 0 : 1
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage)
    return 0
  }
  const options = parseOptions(args)
  return options.seeds === null && options.seed !== null
    ? one(options.seed, options)
    : many(options.seeds ?? 1, options)
}

const args = process.argv.slice(2)
if (args.includes('--worker')) serveTasks()
else {
  process.exitCode = await main(args).catch((error: unknown) => {
    const isWrongUse = error instanceof TypeError || error instanceof RangeError
    process.stderr.write(`simulate: ${isWrongUse ? error.message : String((error as Error)?.stack ?? error)}\n`)
    return isWrongUse ? 2 : 1
  })
}
