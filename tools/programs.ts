import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** The exit code of a script whose programs cannot be had on this machine. */
const MISSING = 3

/** What `tools/<folder>/install` installs; the second word asks it for more. */
export type Programs = 'readers' | 'guests' | 'guests debian' | 'guests disk' | 'disks' | 'networks'

/**
 * Why programs are missing, or null if they are here. In CI they are installed if need be, and missing ones are a
 * failure. To be called while a test file is collected, so that skipped tests can say why.
 */
export async function missingPrograms(programs: Programs): Promise<string | null> {
  const [folder = '', ...more] = programs.split(' ')
  const inCi = process.env['CI'] === 'true'
  try {
    await promisify(execFile)(path.join(import.meta.dirname, folder, 'install'), [inCi ? 'install' : 'check', ...more])
    return null
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code !== MISSING || inCi) throw error
    return stderr?.trim() ?? ''
  }
}
