import { parseArgs } from 'node:util'
import { availableParallelism } from 'node:os'

export const usage = `simulate [--seeds N] [--seed S] [options]

Lives whole clouds on virtual time, one from each seed, under faults that the seed chooses, and says what did not agree.

  --seeds N        how many seeds (default 100), from 1 or --seed on; those of --known come first
  --seed S         without --seeds: this one alone, and all that happened in it
  --without A,B    of that one seed: single things to leave out, such as badNetwork#3
  --span MS        of that one seed: how long requests and troubles come in
  --troubles A,B   of that one seed: the kinds of trouble there are
  --jobs J         processes (default: one for each processor)
  --minutes M      begins no more seeds after that time
  --known FILE     seeds that have found something once; those that fail are added
  --every-mark     fails too when something that should be reached was not
  --json           one JSON object on standard output, as the last line

Exits with 1 when anything failed.
`

export interface Options {
  /** Null: one seed alone, or the first of several. */
  readonly seed: string | null
  readonly seeds: number | null
  readonly without: readonly string[] | null
  readonly span: number | null
  readonly troubles: readonly string[] | null
  readonly jobs: number
  readonly minutes: number
  readonly known: string | null
  readonly everyMark: boolean
  readonly json: boolean
}

/** @throws TypeError for what it does not know, RangeError for what is no number */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      without: { type: 'string' },
      span: { type: 'string' },
      troubles: { type: 'string' },
      jobs: { type: 'string' },
      minutes: { type: 'string' },
      known: { type: 'string' },
      'every-mark': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const list = (text: string | undefined): readonly string[] | null => text?.split(',').filter(Boolean) ?? null
  return {
    seed: values.seed ?? null,
    seeds: values.seeds === undefined ? (values.seed === undefined ? 100 : null) : whole('--seeds', values.seeds),
    without: list(values.without),
    span: values.span === undefined ? null : whole('--span', values.span),
    troubles: list(values.troubles),
    jobs: values.jobs === undefined ? availableParallelism() : whole('--jobs', values.jobs),
    minutes: values.minutes === undefined ? Infinity : whole('--minutes', values.minutes),
    known: values.known ?? null,
    everyMark: values['every-mark'],
    json: values.json,
  }
}

function whole(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number from 1.`)
  return value
}
