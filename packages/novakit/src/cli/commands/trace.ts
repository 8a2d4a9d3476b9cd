import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { cut } from '../trace/set.ts'
import { findSet } from '../trace/find-set.ts'
import { trace, type TraceOptions } from '../trace/trace.ts'
import { traceErrors } from '../trace/errors.ts'
import { tracePresets, type TracePreset } from '../trace/trace-cloud.ts'

const usage = `novakit trace DIR [options]

Replays a datacentre's requests (huawei-topology-2025 in DIR) through a whole cloud, from the API to a fake driver, on
durable SQLite; then an independent check reads the database and says whether all is right. Without the files in DIR a
generated twin of the same shape serves.

  --set NAME       C1 to C5; default C1
  --preset NAME    pack or spread; default pack
  --hosts N        times as many hosts, 0.01 to 10; default 1
  --limit N        only the first N requests
  --database FILE  default one in a temporary folder; one that is there already is gone on with
  --in-flight N    requests under way at the door at one time, 1 to 1000; default 64
  --keep           leave servers and database as they are at the end
  --json           only one line of JSON, on standard output
`

/** Also `novakit demo --trace DIR`: `npm start -- --trace DIR` comes to it that way. */
export const command: Command = {
  summary: "replay a datacentre's requests, and check what came of them",
  usage,
  run: async (args) => {
    const { json, ...options } = await optionsOf(args)
    const result = await trace({ ...options, quiet: json })
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.ok ? 0 : 1
  },
}

type Options = Omit<TraceOptions, 'quiet'> & { readonly json: boolean }

async function optionsOf(args: readonly string[]): Promise<Options> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      set: { type: 'string', default: 'C1' },
      preset: { type: 'string', default: 'pack' },
      hosts: { type: 'string', default: '1' },
      limit: { type: 'string' },
      database: { type: 'string' },
      'in-flight': { type: 'string', default: '64' },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const [folder, ...more] = positionals
  if (folder === undefined || more.length > 0) throw traceErrors.wrong_use({ what: 'Name one folder of a set.' })
  if (!/^[A-Za-z0-9]{1,20}$/.test(values.set)) throw traceErrors.wrong_use({ what: '--set takes a name such as C1.' })
  const times = numberOf('hosts', values.hosts, 0.01, 10)
  const set = await findSet(folder, values.set, times)
  return {
    set: values.limit === undefined ? set : cut(set, { requests: whole('limit', values.limit, 1, 1_000_000) }),
    preset: presetOf(values.preset),
    database: values.database ?? null,
    inFlight: whole('in-flight', values['in-flight'], 1, 1000),
    keep: values.keep,
    json: values.json,
  }
}

function presetOf(text: string): TracePreset {
  if (Object.hasOwn(tracePresets, text)) return text as TracePreset
  throw traceErrors.wrong_use({ what: `--preset takes one of ${Object.keys(tracePresets).join(', ')}.` })
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = numberOf(option, text, least, most)
  if (!Number.isInteger(value)) throw traceErrors.wrong_use({ what: `--${option} takes a whole number.` })
  return value
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= least && value <= most) return value
  throw traceErrors.wrong_use({ what: `--${option} takes a number from ${least} to ${most}.` })
}
