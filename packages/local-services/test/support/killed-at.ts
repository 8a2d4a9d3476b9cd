import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect } from 'vitest'
import type { Work } from './killed.ts'

/** Does the work in a process of its own, which dies at that place. */
export async function killedAt(dir: string, work: Work, place: string): Promise<void> {
  const args = ['--conditions=novakit-source', path.join(import.meta.dirname, 'killed.ts'), dir, work, place]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // What was compiled once starts twice as fast.
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: path.join(import.meta.dirname, '../../../../node_modules/.cache/compiled'),
    },
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
}
