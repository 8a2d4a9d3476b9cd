import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** Runs one of the programs in `children/` to its end. */
export function runChild(program: string, ...args: readonly string[]): Promise<ChildEnd> {
  const file = fileURLToPath(new URL(`children/${program}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=novakit-source', '--no-warnings', file, ...args])
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
}
