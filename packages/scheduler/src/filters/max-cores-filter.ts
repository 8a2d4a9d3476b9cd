import { no, yes } from '@novakit/core'
import { processorsOf } from '../decide/amounts.ts'
import type { Filter } from '../decide/filter.ts'

export interface MaxCoresOptions {
  /** Virtual processors in use on one host. Default 16. */
  readonly maxCores?: number
}

/**
 * Hosts on which no more virtual processors are in use than the limit, the server's own among them, however many there
 * really are. Source: nova/scheduler/simple.py, `SimpleScheduler`, removed in 2013.1 (its option `max_cores`).
 */
export function maxCoresFilter({ maxCores = 16 }: MaxCoresOptions = {}): Filter {
  const message = 'The host has too many virtual processors in use.'
  return {
    name: 'MaxCoresFilter',
    readsHostOnly: true,
    reads: ({ flavor }) => flavor.vcpus,
    check: (host, { flavor }) => {
      const shortBy = processorsOf(host).used + flavor.vcpus - maxCores
      return shortBy <= 0 ? yes : no({ code: 'host.max_cores', message, shortBy })
    },
  }
}
