import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { decideErrors } from '../decide/errors.ts'
import { decideFiles, type DecideOptions } from '../decide/decide-files.ts'
import { jsonOf, reportOf } from '../decide/report.ts'

const usage = `novakit decide --hosts hosts.json --requests requests.json [options]

Says where the scheduler would place servers, hosts in order, and why not elsewhere. Nothing is started and nothing
changed. docs/decide.md has the fields of the files, examples/decide a set of them.

  --hosts FILE     hosts, aggregates and server groups
  --requests FILE  one request, or several: each is decided on what the ones before it left
  --policy FILE    filters, weighers and the rest, as filterScheduler takes them; default Nova's
  --seed TEXT      decides between equals; default novakit
  --top N          hosts that are ranked, 0 to 10000; default 10
  --alone          each request on the cluster as it is in the file
  --explain        stages and reasons, scores, what is short, and the changes that would let a request through
  --json           one line of JSON
`

export const command: Command = {
  summary: 'say where servers would go, and why',
  usage,
  run: async (args) => {
    const { json, ...options } = optionsOf(args)
    const answers = await decideFiles(options)
    process.stdout.write(`${json ? jsonOf(answers) : reportOf(answers)}\n`)
    return 0
  },
}

function optionsOf(args: readonly string[]): DecideOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string' },
      requests: { type: 'string' },
      policy: { type: 'string' },
      seed: { type: 'string', default: 'novakit' },
      top: { type: 'string', default: '10' },
      alone: { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const { hosts, requests, policy, seed, alone, explain, json } = values
  if (hosts === undefined || requests === undefined) {
    throw decideErrors.wrong_use({ what: 'Name the files: --hosts hosts.json --requests requests.json.' })
  }
  const top = /^\d{1,5}$/.test(values.top) ? Number(values.top) : Number.NaN
  if (!(top <= 10_000)) throw decideErrors.wrong_use({ what: '--top takes a whole number from 0 to 10000.' })
  return { hosts, requests, seed, top, alone, explain, json, ...(policy === undefined ? {} : { policy }) }
}
