import { spawn } from 'node:child_process'
import path from 'node:path'
import { withCompileCache } from './compile-cache.ts'

/** How a script in a process of its own ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Milliseconds. */
  readonly took: number
}

/** Runs an ES module given as text, as if it stood in this folder; killed when it has not ended after `within` milliseconds. */
export function runScript(text: string, within = 15_000): Promise<Ended> {
  const args = ['--conditions=novakit-source', '--input-type=module', '--eval', text]
  const cwd = path.join(import.meta.dirname, '..')
  const began = performance.now()
  const child = spawn(process.execPath, args, { cwd, env: withCompileCache(), stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => void (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (said.stderr += chunk.toString()))
  const impatient = setTimeout(() => child.kill('SIGKILL'), within)
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(impatient)
      resolve({ code, signal, ...said, took: performance.now() - began })
    })
  })
}
