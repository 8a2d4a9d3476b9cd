import type { ApiDeps } from '../deps.ts'
import type { GlobalStore } from '../../ports/storage.ts'

/** A write after which the scheduler looks again: servers that are asked for from then on find the zones as they are. */
export function changing({ global, hostsChanged }: Pick<ApiDeps, 'global' | 'hostsChanged'>): GlobalStore['write'] {
  return async (work) => {
    const result = await global.write(work)
    hostsChanged()
    return result
  }
}
