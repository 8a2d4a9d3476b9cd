import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** The exit code of a script whose programs cannot be had on this machine. */
const MISSING = 3

/**
 * Why the programs of `tools/<folder>/install` are missing, or null if they are here. In CI they are installed if need
 * be, and missing ones are a failure. To be called while a test file is collected, so that skipped tests can say why.
 */
export async function missingPrograms(folder: 'readers' | 'guests' | 'disks'): Promise<string | null> {
  const inCi = process.env['CI'] === 'true'
  try {
    await promisify(execFile)(path.join(import.meta.dirname, folder, 'install'), [inCi ? 'install' : 'check'])
    return null
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code !== MISSING || inCi) throw error
    return stderr?.trim() ?? ''
  }
}
