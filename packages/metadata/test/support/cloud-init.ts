import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, it, onTestFinished } from 'vitest'
import { askPython } from './ask-python.ts'
import { installed } from '../../../../tools/servers/installed.ts'

const reader = path.join(import.meta.dirname, '../cloud-init/reader.py')

export type Question = readonly [verb: string, ...values: readonly unknown[]]
/** Asks the real cloud-init, in one process for all questions. */
export type AskCloudInit = <Answer>(...questions: readonly Question[]) => Promise<readonly Answer[]>

/** Tests on Debian's cloud-init. In CI it is installed if need be; elsewhere one skipped test says what is missing. */
export async function describeWithCloudInit(title: string, tests: (ask: AskCloudInit) => void): Promise<void> {
  const found = await installed('cloud-init', 'python')
  if ('missing' in found) it.skip(`${title} (skipped: ${found.missing})`, () => undefined)
  else describe(title, () => tests(ask))
}

const ask: AskCloudInit = async <Answer>(...questions: readonly Question[]) =>
  (await askPython([reader], questions)) as Answer[]

/** A tree of files in a folder, which goes when the test ends. */
export async function unpacked(
  files: readonly { readonly path: string; readonly content: Uint8Array }[],
): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'novakit-drive-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const folder = path.join(root, 'drive')
  await mkdir(folder)
  for (const file of files) {
    const target = path.join(folder, file.path)
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, file.content)
  }
  return folder
}
