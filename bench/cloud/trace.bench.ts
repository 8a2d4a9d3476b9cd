import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

interface Run {
  readonly set: string
  readonly preset: string
  readonly hosts: number
}

interface Workload {
  readonly about: string
  readonly data: string
  readonly runs: readonly Run[]
  /** With `NOVAKIT_LONG=1`. */
  readonly longRuns: readonly Run[]
}

/** What `novakit trace --json` prints, as far as it is shown here. */
interface Result {
  readonly origin: string
  readonly hosts: number
  readonly requests: number
  readonly active: number
  readonly grouped: { readonly active: number; readonly greedy: number }
  readonly serversPerSecond: number
  readonly acceptedPerSecond: number
  readonly cpuPerServer: number
  readonly peakMemory: number
  readonly findings: readonly string[]
}

/** Each run is a process of its own, so that its memory is its own. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/trace.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  console.log(load.about)
  const folder = path.join(process.env['NOVAKIT_DATA'] ?? '../shared/data', load.data)
  for (const each of process.env['NOVAKIT_LONG'] === '1' ? load.longRuns : load.runs)
    tell(each, await replay(folder, each))
}

function replay(folder: string, { set, preset, hosts }: Run): Promise<Result> {
  const main = path.join(import.meta.dirname, '../../packages/novakit/src/cli/main.ts')
  const words = ['trace', folder, '--json', '--set', set, '--preset', preset, '--hosts', String(hosts)]
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 2 ** 28 }
    execFile(process.execPath, ['--conditions=novakit-source', main, ...words], options, (error, stdout, stderr) => {
      // It ends with 1 where the check finds something; the findings are in its answer all the same.
      if (stdout === '') reject(error ?? new Error(stderr))
      else resolve(JSON.parse(stdout) as Result)
    })
  })
}

function tell({ set, preset }: Run, result: Result): void {
  const { origin, hosts, requests, active, grouped, findings } = result
  console.log(
    `${set}, ${preset}, ${hosts} hosts${origin === 'twin' ? ' (a generated twin: the files are not there)' : ''}`,
  )
  console.log(`  active    ${active} of ${requests}; in groups ${grouped.active}, by greed ${grouped.greedy}`)
  console.log(`  accepted  ${result.acceptedPerSecond.toFixed(0)} servers/s`)
  console.log(`  done      ${result.serversPerSecond.toFixed(0)} servers/s from the first request to the last at rest`)
  console.log(`  CPU       ${result.cpuPerServer.toFixed(2)} ms per server, all parts`)
  console.log(`  memory    ${result.peakMemory.toFixed(0)} MiB at most`)
  console.log(`  check     ${findings.length === 0 ? 'nothing wrong' : findings.slice(0, 5).join('; ')}`)
}
