#!/usr/bin/env node
import { writeFile } from 'node:fs/promises'
import { isNovakitError } from '@novakit/core'
import { labErrors } from '../errors.ts'
import { jsonReport } from '../report/json.ts'
import { pageReport } from '../report/page.ts'
import { textReport } from '../report/text.ts'
import { compare } from '../study/compare.ts'
import type { PolicyConfig } from '../workload/config.ts'
import { loadWorkload } from '../workload/load.ts'
import type { Workload } from '../workload/workload.ts'
import { optionsOf, usage, type Options } from './options.ts'
import { progressOn } from './progress.ts'

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.length === 0) return void process.stdout.write(usage)
  const options = await optionsOf(args, process.env['NOVAKIT_DATA'] ?? null)
  const workload = narrowed(await loadWorkload(options.workload, options.data), options)
  const comparison = await compare(workload, {
    seeds: options.seeds ?? workload.config.seeds,
    compact: options.compact,
    now: () => performance.now(),
    progress: progressOn(process.stderr),
    // Lets the terminal show what was written.
    pause: () => new Promise((resolve) => void setImmediate(resolve)),
  })
  const at = new Date().toISOString()
  const json = `${JSON.stringify(jsonReport(comparison, at))}\n`
  if (options.out !== null) await write(options.out, json)
  if (options.html !== null) await write(options.html, pageReport(comparison, at))
  process.stdout.write(options.json ? json : `${textReport(comparison)}\n`)
}

function narrowed(workload: Workload, { policies }: Options): Workload {
  if (policies === null) return workload
  const given = workload.config.policies
  const known = (name: string): PolicyConfig =>
    given.find((each) => typeof each === 'object' && each.name === name) ?? name
  return { ...workload, config: { ...workload.config, policies: policies.map(known) } }
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((thrown: unknown) => {
    throw labErrors.wrong_use({ what: `${file} cannot be written: ${String(thrown)}` })
  })
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`lab: ${isNovakitError(error) ? error.message : String((error as Error)?.stack ?? error)}\n`)
  process.exitCode = isNovakitError(error) ? 2 : 1
})
