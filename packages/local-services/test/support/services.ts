import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { localServices, type LocalServices, type LocalServicesOptions } from '@novakit/local-services'

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'novakit-local-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Services that are closed when the test is over. */
export async function open(dir: string, options: Partial<LocalServicesOptions> = {}): Promise<LocalServices> {
  const services = await localServices({ dir, ...options })
  onTestFinished(() => services.close())
  return services
}

export { as, codeOf, inPieces, together } from './work.ts'
