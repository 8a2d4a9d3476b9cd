import { readFile } from 'node:fs/promises'
import { jsonLog, silentLog, type Log } from '@novakit/core'
import { serve, stopOnSignal, type FetchHandler } from '@novakit/http-kit'
import { serverFileErrors } from './errors.ts'

/** Guests have little to say: a password at most. */
const MOST_BODY = 16 * 1024

/** `169.254.169.254:80`, `[fd00::1]:80`. Null: that is no address with a port. */
export function addressOf(text: string): { readonly host: string; readonly port: number } | null {
  const match = /^(?:\[([0-9a-f:.%a-z]+)\]|([^:]+)):(\d{1,5})$/i.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port > 65_535 ? null : { host, port }
}

/** Serves until somebody stops the process. */
export async function listen(
  handler: FetchHandler,
  at: { readonly host: string; readonly port: number },
  log: Log,
): Promise<void> {
  const server = await serve(handler, { ...at, log, maxBody: MOST_BODY })
  process.stdout.write(`listening on ${server.url}\n`)
  await stopOnSignal(server)
}

export function logOf(verbose: boolean): Log {
  return verbose ? jsonLog('info') : silentLog
}

/** A secret is no argument: arguments are for everybody on the machine to read. @throws `server_file.unreadable` */
export async function secretFrom(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw serverFileErrors.unreadable({ file, what: cause.code ?? 'it is no file' }, { cause })
  })
  return text.trim()
}
