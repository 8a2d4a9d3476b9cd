import type { Plan } from '../simulate/plan.ts'
import { simulate } from '../simulate/simulate.ts'
import { shrink } from '../simulate/shrink.ts'

/** A seed to live, and of a plan where it has one. */
export interface Task {
  readonly seed: string
  readonly plan?: Partial<Plan>
  /** It is lived a second time, which must be the same. */
  readonly twice: boolean
}

/** What came of it, as it goes from one process to the other. */
export interface Result {
  readonly seed: string
  readonly findings: readonly string[]
  readonly marks: readonly (readonly [string, number])[]
  readonly lived: number
  /** How many single things went wrong or were asked for. */
  readonly acts: number
  /** Where it failed: with as little in it as possible. */
  readonly smallest: {
    readonly plan: Plan
    readonly findings: readonly string[]
    readonly trace: readonly string[]
  } | null
}

export async function live({ seed, plan, twice }: Task): Promise<Result> {
  const options = { seed, ...(plan === undefined ? {} : { plan }) }
  const first = await simulate(options)
  const same = !twice || (await simulate(options)).hash === first.hash
  const findings = same ? first.findings : [...first.findings, 'the same seed has lived another life']
  const smallest = first.findings.length === 0 ? null : await shrink(options, first)
  return { seed, findings, marks: [...first.marks], lived: first.lived, acts: first.acts.length, smallest }
}

/** Lives what it is sent, one after another, until it is told no more. */
export function serveTasks(): void {
  process.on('message', (task: Task) => {
    void live(task).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        process.stderr.write(`seed ${task.seed}: ${String((error as Error)?.stack ?? error)}\n`)
        process.exit(1)
      },
    )
  })
}
