#!/usr/bin/env node
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from './command.ts'
import { isNovakitError } from '@novakit/core'

/** One file per verb in `commands/`; the folder is the list. Source and build differ in the ending alone. */
const folder = fileURLToPath(new URL('./commands/', import.meta.url))
const ending = path.extname(fileURLToPath(import.meta.url))

async function verbs(): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => path.extname(file) === ending)
    .map((file) => path.basename(file, ending))
    .toSorted()
}

async function load(verb: string): Promise<Command> {
  const module = (await import(new URL(`./commands/${verb}${ending}`, import.meta.url).href)) as { command: Command }
  return module.command
}

async function help(): Promise<void> {
  process.stdout.write('novakit VERB [options]\n\n')
  for (const verb of await verbs()) process.stdout.write(`  ${verb.padEnd(12)} ${(await load(verb)).summary}\n`)
  process.stdout.write('\nnovakit VERB --help shows the options of a verb.\n')
}

async function main(verb: string | undefined, args: readonly string[]): Promise<number> {
  if (verb === undefined || verb === 'help' || verb === '--help') {
    await help()
    return 0
  }
  if (!(await verbs()).includes(verb)) {
    process.stderr.write(`novakit: there is no verb "${verb.slice(0, 40)}". novakit help lists them.\n`)
    return 2
  }
  const command = await load(verb)
  if (args.includes('--help')) {
    process.stdout.write(command.usage)
    return 0
  }
  return command.run(args)
}

const [verb, ...args] = process.argv.slice(2)
process.exitCode = await main(verb, args).catch((error: unknown) => {
  const wrongUse = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  const text =
    isNovakitError(error) || wrongUse ? String((error as Error).message) : String((error as Error)?.stack ?? error)
  process.stderr.write(`novakit: ${text}\n`)
  return wrongUse ? 2 : 1
})
