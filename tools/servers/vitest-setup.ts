import { execFile } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/**
 * The servers that the tests of one run ask for are its own, and end with it. Nothing is started here: a test file that
 * needs a server does that.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'novakit-servers-'))
  process.env['NOVAKIT_SERVERS_DIR'] = folder
  process.env['NOVAKIT_SERVERS_OWNER'] = String(process.pid)
  return async () => {
    for (const name of ['postgresql', 'mariadb']) {
      const started = await access(path.join(folder, name)).then(
        () => true,
        () => false,
      )
      if (started) await promisify(execFile)(path.join(import.meta.dirname, name), ['stop'])
    }
    await rm(folder, { recursive: true, force: true })
  }
}
