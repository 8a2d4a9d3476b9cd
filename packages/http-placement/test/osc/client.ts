import { execFile, spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** The Python that knows the client, or why there is none. In CI it is installed if need be. */
export async function findClient(): Promise<{ readonly python: string | null; readonly missing: string }> {
  const script = path.join(import.meta.dirname, '../../../../tools/servers/osc-placement')
  const run = async (verb: string) => (await promisify(execFile)(script, [verb])).stdout.trim()
  const inCi = process.env['CI'] === 'true'
  try {
    if (inCi) await run('install')
    return { python: await run('python'), missing: '' }
  } catch (error) {
    if (inCi) throw error
    return { python: null, missing: String((error as { stderr?: string }).stderr ?? error).trim() }
  }
}

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Client {
  /** `resource provider list`, at the newest microversion that the client speaks; words with spaces in quotes. */
  run(line: string): Promise<CommandResult>
  /** The same, insisting that it succeeds. @returns what it prints as JSON */
  json(line: string): Promise<any>
  close(): void
}

/** Debian's `openstack`, with a token that noauth2 takes for an administrator's. */
export function startClient(python: string, url: string): Client {
  const child: ChildProcess = spawn(python, [path.join(import.meta.dirname, 'drive.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (child.stdin === null || child.stdout === null) throw new Error('The client has no pipes.')
  const { stdin } = child
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const access = ['--os-auth-type', 'admin_token', '--os-token', 'admin', '--os-endpoint', url]
  const run = async (line: string, more: readonly string[] = []): Promise<CommandResult> => {
    const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word)
    stdin.write(`${JSON.stringify([...access, '--os-placement-api-version', '1.39', ...words, ...more])}\n`)
    const { value, done } = await answers.next()
    if (done === true) throw new Error('The client has ended.')
    return JSON.parse(value) as CommandResult
  }
  return {
    run: (line) => run(line),
    json: async (line) => {
      const { code, out, err } = await run(line, ['-f', 'json'])
      if (code !== 0) throw new Error(`${line}: ${err}`)
      return JSON.parse(out)
    },
    close: () => void child.kill(),
  }
}
