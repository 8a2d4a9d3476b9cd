import type { Clock } from '../ports/clock.ts'
import type { Millis } from '../domain/unit/units.ts'

/** `passed` resolves `span` after the signal aborts, unless it is cancelled before. */
export function afterAbort(
  clock: Clock,
  signal: AbortSignal,
  span: Millis,
): { readonly passed: Promise<void>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let stop = (): void => undefined
  const begin = (): void => {
    stop = clock.after(span, resolve)
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return {
    passed: promise,
    cancel: () => {
      signal.removeEventListener('abort', begin)
      stop()
    },
  }
}
