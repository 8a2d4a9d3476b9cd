import { guestDesignErrors } from './errors.ts'
import { numberOf, type Settings } from './settings.ts'

/** Sockets × cores × threads. */
export interface CpuTopology {
  readonly sockets: number
  readonly cores: number
  readonly threads: number
}

const PARTS = ['sockets', 'cores', 'threads'] as const
const MOST = 65_536

/**
 * The best product that makes up exactly the CPUs: within the limits of flavor and image, first the one that agrees with
 * most of what was asked for, then the one with most sockets, then with most cores (nova/virt/hardware.py,
 * `_get_desirable_cpu_topologies`).
 */
export function cpuTopology(vcpus: number, settings: Settings): CpuTopology {
  const wanted = byPart((part) => wish(part, settings))
  const most = byPart((part) => limit(part, settings))
  const possible = divisorsOf(vcpus)
    .flatMap((sockets) =>
      divisorsOf(vcpus / sockets).map((cores) => ({ sockets, cores, threads: vcpus / sockets / cores })),
    )
    .filter((topology) => PARTS.every((part) => topology[part] <= (most[part] ?? MOST)))
  const agreement = (topology: CpuTopology) => PARTS.filter((part) => topology[part] === wanted[part]).length
  const [best] = possible.toSorted((a, b) => agreement(b) - agreement(a) || b.sockets - a.sockets || b.cores - a.cores)
  if (best === undefined)
    throw guestDesignErrors.impossible({ what: `${vcpus} CPUs do not fit the limits of sockets, cores and threads` })
  return best
}

function byPart(of: (part: (typeof PARTS)[number]) => number | null): Record<(typeof PARTS)[number], number | null> {
  return { sockets: of('sockets'), cores: of('cores'), threads: of('threads') }
}

/** A tenant may ask for anything within the operator's limits. */
function wish(part: string, settings: Settings): number | null {
  const image = numberOf(`hw_cpu_${part}`, settings.image(`hw_cpu_${part}`), 1, MOST)
  const most = limit(part, settings)
  if (image !== null && most !== null && image > most)
    throw guestDesignErrors.contradiction({ setting: `hw:cpu_max_${part}` })
  return image ?? numberOf(`hw:cpu_${part}`, settings.flavor(`hw:cpu_${part}`), 1, MOST)
}

function limit(part: string, settings: Settings): number | null {
  const operator = numberOf(`hw:cpu_max_${part}`, settings.flavor(`hw:cpu_max_${part}`), 1, MOST)
  const tenant = numberOf(`hw_cpu_max_${part}`, settings.image(`hw_cpu_max_${part}`), 1, MOST)
  if (operator !== null && tenant !== null && tenant > operator)
    throw guestDesignErrors.contradiction({ setting: `hw:cpu_max_${part}` })
  return tenant ?? operator
}

function divisorsOf(number: number): readonly number[] {
  const found: number[] = []
  for (let divisor = 1; divisor <= number; divisor++) if (number % divisor === 0) found.push(divisor)
  return found
}
