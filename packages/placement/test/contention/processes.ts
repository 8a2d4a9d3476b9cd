import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Job } from './faults.ts'
import type { Note } from './note.ts'

const program = fileURLToPath(new URL('children/storm.ts', import.meta.url))

/** What one process has compiled the others need not: they start twice as fast. */
const COMPILED = fileURLToPath(new URL('../../../../node_modules/.cache/compiled', import.meta.url))

/** Runs each job in a process of its own, all of them at once from the moment that the last is ready. */
export async function runJobs(jobs: readonly Job[]): Promise<readonly Note[]> {
  const children = jobs.map(start)
  await Promise.all(children.map(({ ready }) => ready))
  for (const { process: child } of children) child.stdin?.end('go\n')
  return (await Promise.all(children.map(({ notes }) => notes))).flat()
}

interface Started {
  readonly process: ChildProcess
  readonly ready: Promise<unknown>
  readonly notes: Promise<readonly Note[]>
}

function start(job: Job): Started {
  const child = spawn(
    process.execPath,
    ['--conditions=novakit-source', '--no-warnings', program, JSON.stringify(job)],
    {
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    },
  )
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const notes = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`A process of the storm ended with ${code}: ${err}`)
    return JSON.parse(out.slice('ready\n'.length)) as Note[]
  })
  return { process: child, ready: Promise.race([once(child.stdout, 'data'), notes]), notes }
}
