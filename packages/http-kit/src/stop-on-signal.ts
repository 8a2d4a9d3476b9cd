import process from 'node:process'
import type { HttpServer } from './serve.ts'

/** Resolves when the server is closed after one of these signals came. For programs: it takes the signals over. */
export async function stopOnSignal(
  server: HttpServer,
  signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'],
): Promise<void> {
  const came = Promise.withResolvers<void>()
  for (const signal of signals) process.once(signal, came.resolve)
  await came.promise
  for (const signal of signals) process.off(signal, came.resolve)
  await server.close()
}
