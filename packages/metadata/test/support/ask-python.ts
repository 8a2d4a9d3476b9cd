import { spawn } from 'node:child_process'

/** Debian's own, which knows Debian's modules. */
const PYTHON = '/usr/bin/python3'

/** JSON in, JSON out. @throws with what the script complained of */
export async function askPython(args: readonly string[], question: unknown): Promise<unknown> {
  const child = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const [out, complaints]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  child.stdin.end(JSON.stringify(question))
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`${args[0]} failed: ${Buffer.concat(complaints).toString()}`)
  return JSON.parse(Buffer.concat(out).toString())
}
