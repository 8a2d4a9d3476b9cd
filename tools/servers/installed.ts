import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** The exit code of a script of tools/servers whose program is not installed. */
const NOT_INSTALLED = 3

/** What a script of tools/servers says to a verb, or why it cannot. In CI its program is installed if need be. */
export async function installed(
  name: string,
  verb: string,
): Promise<{ readonly says: string } | { readonly missing: string }> {
  const inCi = process.env['CI'] === 'true'
  const script = path.join(import.meta.dirname, name)
  const run = async (word: string) => (await promisify(execFile)(script, [word])).stdout.trim()
  try {
    if (inCi) await run('install')
    return { says: await run(verb) }
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code !== NOT_INSTALLED || inCi) throw error
    return { missing: stderr?.trim() ?? '' }
  }
}
