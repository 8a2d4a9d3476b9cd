import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { demo } from '../demo/demo.ts'

const usage = `novakit demo [--servers N] [--json]

A small cloud in a temporary folder: three simulated hosts in two cells, one of them with an agent process of its own.
It boots servers, explains one that fits nowhere, kills the agent in the middle of its work and recovers, shows what
stands where, and deletes everything again.

  --servers N   how many to boot, 1 to 200; default 20
  --json        only one line of JSON, on standard output
`

export const command: Command = {
  summary: 'show a small cloud at work',
  usage,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { servers: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
    })
    const servers = Number(values.servers)
    if (!Number.isInteger(servers) || servers < 1 || servers > 200) {
      process.stderr.write('novakit demo: --servers takes a whole number from 1 to 200.\n')
      return 2
    }
    const result = await demo({ servers, quiet: values.json, program: process.argv[1] ?? '' })
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.ok ? 0 : 1
  },
}
