import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { id, silentLog, systemClock, type ConsumerId } from '@novakit/core'
import { audit, heal, type Finding } from '@novakit/placement'
import type { Command } from '../command.ts'
import { openLedger } from '../placement/serve-placement.ts'

const usage = `novakit placement-audit --database FILE [options]

Finds what should not be in a ledger: allocations that nobody gives back, consumers that hold nothing, wrong counts.
Prints one JSON line for each finding, and changes nothing unless it is told to.

  --database FILE    the SQLite file of a Placement server
  --known FILE       ids of the consumers that are still there (servers, migrations), one a line; those that hold
                     resources and are not in it are orphans. Without it nobody is called one
  --min-age SECONDS  consumers that changed since are left alone; default 3600
  --heal             mends what was found
`

export const command: Command = {
  summary: 'find and mend orphaned allocations',
  usage,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        database: { type: 'string' },
        known: { type: 'string' },
        'min-age': { type: 'string', default: '3600' },
        heal: { type: 'boolean', default: false },
      },
    })
    const age = Number(values['min-age'])
    if (values.database === undefined || !(age >= 0)) {
      process.stderr.write(usage)
      return 2
    }
    if (!existsSync(values.database)) {
      process.stderr.write(`novakit placement-audit: there is no file ${values.database}.\n`)
      return 1
    }
    const known = values.known === undefined ? null : await idsIn(values.known)
    const store = await openLedger(values.database, silentLog)
    try {
      const before = systemClock.now() - age * 1000
      const question = known === null ? { before } : { before, known: async () => known }
      const found = await store.read((tx) => audit(tx, question))
      for (const finding of found) process.stdout.write(`${lineOf(finding)}\n`)
      if (values.heal) {
        const mended = await store.write((tx) => heal(tx, found))
        process.stderr.write(`${mended.length} of ${found.length} mended\n`)
        return mended.length === found.length ? 0 : 1
      }
      return found.length === 0 ? 0 : 1
    } finally {
      await store.close()
    }
  },
}

async function idsIn(file: string): Promise<ReadonlySet<ConsumerId>> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim())
  return new Set(lines.filter((line) => line !== '').map((line) => id<ConsumerId>(line)))
}

function lineOf(finding: Finding): string {
  const { allocations, ...rest } = 'allocations' in finding ? finding : { ...finding, allocations: null }
  return JSON.stringify(allocations === null ? rest : { ...rest, allocations: Object.fromEntries(allocations) })
}
