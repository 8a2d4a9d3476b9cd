import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('a cloud with its own images and networks gives a server an address, and takes it back', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'novakit-example-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const example = path.join(import.meta.dirname, 'local-services.ts')
  const args = ['--conditions=novakit-source', example, path.join(folder, 'services')]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
  expect(stdout).toBe('web is ACTIVE at 10.20.0.2\n0 ports are left\n')
})
