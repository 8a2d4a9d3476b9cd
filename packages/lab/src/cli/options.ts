import { access } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labErrors } from '../errors.ts'

export const usage = `lab WORKLOAD [options]

Replays a workload under each of its policies and several seeds, and compares them. WORKLOAD is a file, or the name of one
that comes with the lab: demo is made up and needs no data; openb-* read Alibaba's GPU trace.

  --seeds N         orders of hosts and requests to try, 1 to 1000; default: what the workload says
  --policies A,B    these policies only, by their names in the workload or the lab's own
  --compact         also the fewest hosts that are enough, which takes some ten times as long
  --json            one line of JSON on standard output in place of the table
  --out FILE        the same JSON into a file
  --html FILE       a page of plots
  --data DIR        where the tables are that a workload names; default NOVAKIT_DATA, then the workload's own folder
`

export interface Options {
  readonly workload: string
  readonly seeds: number | null
  readonly policies: readonly string[] | null
  readonly compact: boolean
  readonly json: boolean
  readonly out: string | null
  readonly html: string | null
  readonly data: string | null
}

/** @throws `lab.wrong_use` */
export async function optionsOf(args: readonly string[], data: string | null): Promise<Options> {
  const { values, positionals } = parsed(args)
  const [workload, ...more] = positionals
  if (workload === undefined || more.length > 0)
    throw labErrors.wrong_use({ what: 'Name one workload. --help says more.' })
  return {
    workload: await fileOf(workload),
    seeds: values.seeds === undefined ? null : seedsOf(values.seeds),
    policies: values.policies === undefined ? null : values.policies.split(',').map((name) => name.trim()),
    compact: values.compact,
    json: values.json,
    out: values.out ?? null,
    html: values.html ?? null,
    data: values.data ?? data,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seeds: { type: 'string' },
        policies: { type: 'string' },
        compact: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        html: { type: 'string' },
        data: { type: 'string' },
      },
    })
  } catch (thrown) {
    throw labErrors.wrong_use({
      what: `${thrown instanceof Error ? thrown.message : String(thrown)} --help says more.`,
    })
  }
}

function seedsOf(given: string): number {
  const seeds = Number(given)
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 1000) {
    throw labErrors.wrong_use({ what: '--seeds takes a whole number from 1 to 1000.' })
  }
  return seeds
}

/** A bare name is one of ours, unless there is a file of that name. */
async function fileOf(workload: string): Promise<string> {
  if (!/^[\w-]+$/.test(workload) || (await isThere(workload))) return workload
  const own = fileURLToPath(new URL(`../../src/workloads/${workload}.json`, import.meta.url))
  return (await isThere(own)) ? own : path.resolve(workload)
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
