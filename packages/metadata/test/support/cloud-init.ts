import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, it, onTestFinished } from 'vitest'

const script = path.join(import.meta.dirname, '../../../../tools/servers/cloud-init')
const reader = path.join(import.meta.dirname, '../cloud-init/reader.py')
/** The exit code of a script whose program is not installed. */
const NOT_INSTALLED = 3

export type Question = readonly [verb: string, ...values: readonly unknown[]]
/** Asks the real cloud-init, in one process for all questions. */
export type AskCloudInit = <Answer>(...questions: readonly Question[]) => Promise<readonly Answer[]>

/** Tests on Debian's cloud-init. In CI it is installed if need be; elsewhere one skipped test says what is missing. */
export async function describeWithCloudInit(title: string, tests: (ask: AskCloudInit) => void): Promise<void> {
  const found = await interpreter()
  if ('missing' in found) it.skip(`${title} (skipped: ${found.missing})`, () => undefined)
  else describe(title, () => tests(askWith(found.python)))
}

async function interpreter(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const inCi = process.env['CI'] === 'true'
  const run = async (verb: string) => (await promisify(execFile)(script, [verb])).stdout.trim()
  try {
    if (inCi) await run('install')
    return { python: await run('python') }
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code !== NOT_INSTALLED || inCi) throw error
    return { missing: stderr?.trim() ?? '' }
  }
}

function askWith(python: string): AskCloudInit {
  return async <Answer>(...questions: readonly Question[]) => {
    const child = spawn(python, [reader], { stdio: ['pipe', 'pipe', 'pipe'] })
    const [out, complaints]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
    child.stdin.end(JSON.stringify(questions))
    const code = await new Promise((resolve) => child.on('close', resolve))
    if (code !== 0) throw new Error(`cloud-init failed: ${Buffer.concat(complaints).toString()}`)
    return JSON.parse(Buffer.concat(out).toString()) as Answer[]
  }
}

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
