import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import { labErrors } from '../errors.ts'
import { workloadConfig, type WorkloadConfig } from './config.ts'
import { generateHosts, generateRequests } from './generate.ts'
import { readHosts } from './read-hosts.ts'
import { readRequests } from './read-requests.ts'
import { parseTable, type Table } from './table.ts'
import type { Workload } from './workload.ts'

/**
 * Reads a workload file and the tables that it names, which are looked for in the folder `data` first and then beside
 * the workload; `.gz` is unpacked.
 * @throws `lab.unreadable`, `lab.invalid_workload`, `lab.invalid_table`, `lab.invalid_cell`
 */
export async function loadWorkload(file: string, data: string | null = null): Promise<Workload> {
  const config = configOf(file, (await read(file)).toString('utf8'))
  const folders = [...(data === null ? [] : [data]), path.dirname(file)]
  const { hosts: from, requests: asked } = config
  const hosts = 'csv' in from ? readHosts(await tableIn(folders, from.csv), from) : generateHosts(config.name, from)
  const jobs =
    'csv' in asked ? readRequests(await tableIn(folders, asked.csv), asked) : generateRequests(config.name, asked)
  checkContent(file, config, { hosts, jobs })
  return { config, hosts, jobs, origin: [originOf(from), originOf(asked)].join(' and ') }
}

/** @throws `lab.invalid_workload` with the place in the file */
export function configOf(file: string, text: string): WorkloadConfig {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (thrown) {
    throw labErrors.invalid_workload({ file, what: thrown instanceof Error ? thrown.message : String(thrown) })
  }
  const read_ = workloadConfig.safeParse(given)
  if (!read_.success) throw labErrors.invalid_workload({ file, what: z.prettifyError(read_.error) })
  return read_.data
}

function checkContent(file: string, config: WorkloadConfig, { hosts, jobs }: Pick<Workload, 'hosts' | 'jobs'>): void {
  const wrong = (what: string) => labErrors.invalid_workload({ file, what })
  if (hosts.length === 0) throw wrong('there are no hosts.')
  if (jobs.length === 0) throw wrong('there are no requests.')
  const has = ({ inventories, children }: (typeof hosts)[number]): boolean =>
    inventories.has(config.focus) || children.some((child) => child.inventories.has(config.focus))
  if (!hosts.some(has)) throw wrong(`"focus" is ${config.focus}, of which no host has anything.`)
  if (!jobs.some(({ shape }) => (shape.total[config.focus] ?? 0) > 0)) {
    throw wrong(`"focus" is ${config.focus}, which no request asks for.`)
  }
  if (config.demand !== undefined && config.departures && jobs.some(({ departs }) => departs !== null)) {
    throw wrong('"demand" adds up what arrives and never leaves: set "departures" to false.')
  }
}

async function tableIn(folders: readonly string[], name: string): Promise<Table> {
  let last: unknown
  for (const folder of folders) {
    const file = path.resolve(folder, name)
    try {
      const bytes = await readFile(file)
      return parseTable(name, (name.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8'))
    } catch (thrown) {
      if (!isMissing(thrown)) throw unreadable(name, thrown)
      last = thrown
    }
  }
  throw unreadable(
    name,
    last,
    ` It is looked for in ${folders.join(' and ')}; --data or NOVAKIT_DATA names the folder.`,
  )
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((thrown: unknown) => {
    throw unreadable(file, thrown)
  })
}

function unreadable(file: string, thrown: unknown, more = '') {
  if (thrown instanceof Error && 'kind' in thrown) return thrown
  const what = isMissing(thrown) ? 'there is no such file.' : thrown instanceof Error ? thrown.message : String(thrown)
  return labErrors.unreadable({ file, what: `${what}${more}` })
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}

function originOf(from: WorkloadConfig['hosts'] | WorkloadConfig['requests']): string {
  return 'csv' in from ? from.csv : `${from.generate.count} generated`
}
