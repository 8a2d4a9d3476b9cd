import type { Clock, Millis } from '@novakit/core/vocabulary'
import { libvirtErrors } from '../errors.ts'

export interface Patience {
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  readonly timeout: Millis | null
}

/**
 * Runs `begin` until it settles, the time is up, or the caller gives up.
 * @param begin starts the work; what it returns is called when nobody waits for the work any more
 * @throws `libvirt.timeout`, `libvirt.cancelled`, or whatever `begin` rejects with
 */
export function patiently<T>(
  name: string,
  { clock, signal, timeout }: Patience,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(libvirtErrors.cancelled({ procedure: name }))
  return new Promise((resolve, reject) => {
    let over = false
    const settle = (act: () => void): void => {
      if (over) return
      over = true
      stopTimer?.()
      signal?.removeEventListener('abort', onAbort)
      act()
    }
    const giveUp = (error: Error): void =>
      settle(() => {
        abandon()
        reject(error)
      })
    const onAbort = (): void => giveUp(libvirtErrors.cancelled({ procedure: name }, { cause: signal?.reason }))
    const stopTimer =
      timeout === null ? null : clock.after(timeout, () => giveUp(libvirtErrors.timeout({ procedure: name })))
    signal?.addEventListener('abort', onAbort)
    const abandon = begin(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error as Error)),
    )
  })
}
