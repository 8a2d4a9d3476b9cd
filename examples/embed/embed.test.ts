import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import path from 'node:path'
import { expect, test } from 'vitest'

test('a cloud in twenty lines boots a server and ends', async () => {
  const example = path.join(import.meta.dirname, 'embed.ts')
  const args = ['--conditions=novakit-source', example]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
  expect(stdout).toBe('web is ACTIVE\n')
})
