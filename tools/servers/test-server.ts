import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'

export type ServerName = 'postgresql' | 'mariadb'

/** Where a server answers, or why there is none. */
export type TestServer = { readonly name: ServerName; readonly url: string | null; readonly missing: string }

const variables: Readonly<Record<ServerName, string>> = {
  postgresql: 'NOVAKIT_POSTGRES_URL',
  mariadb: 'NOVAKIT_MYSQL_URL',
}

/** The exit code of a script whose server is not installed. */
const NOT_INSTALLED = 3

/**
 * The server of this name: the one whose URL is in the environment, else one that is started for this run of the tests.
 * In CI it is installed if need be. Called while a test file is collected, so that files that need none start none.
 */
export async function testServer(name: ServerName): Promise<TestServer> {
  const given = process.env[variables[name]]
  if (given !== undefined && given !== '') return { name, url: given, missing: '' }
  try {
    if (inCi()) await script(name, 'install')
    return { name, url: await script(name, 'start'), missing: '' }
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code !== NOT_INSTALLED || inCi()) throw error
    return { name, url: null, missing: stderr?.trim() ?? '' }
  }
}

/** Tests on a server. Where there is none, one skipped test says why, for all of them. */
export function describeOn(server: TestServer, title: string, tests: (url: string) => void | Promise<void>): void {
  const { url, missing } = server
  if (url === null) it.skip(`${title} (skipped: ${missing})`, () => undefined)
  else describe(title, () => tests(url))
}

function inCi(): boolean {
  return process.env['CI'] === 'true'
}

async function script(name: ServerName, verb: 'install' | 'start'): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(import.meta.dirname, name), [verb])
  return stdout.trim()
}
