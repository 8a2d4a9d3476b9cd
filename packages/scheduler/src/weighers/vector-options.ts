import type { HostState, RequestSpec, Resources } from '@novakit/core'
import { z } from 'zod'
import { askedOf, freeOf } from '../decide/free-vector.ts'

/** What weighers share that see a host and a request as vectors of resources. */
export interface VectorOptions {
  /**
   * Class → the amount that counts 1, mostly what the largest host has. These classes are looked at, all alike.
   * Default: processors by 256, memory by 1 TiB.
   */
  readonly scale?: Resources
  /** Scores from 0 to 100 come in steps of this much. Default 0: as they are. */
  readonly quantum?: number
}

export const vectorOptions = z.strictObject({
  scale: z
    .record(z.string().min(1).max(255), z.number().positive().max(1e15))
    .refine((scale) => Object.keys(scale).length > 0, 'a scale names a class')
    .exactOptional(),
  quantum: z.number().min(0).max(100).exactOptional(),
})

/** Hosts and requests as vectors. Each is worked out once: hosts are asked about by many kinds of requests. */
export interface Vectors {
  readonly classes: readonly string[]
  /** Class by class, the amount that counts 1. */
  readonly units: readonly number[]
  readonly quantum: number
  free(host: HostState): readonly number[]
  asked(request: Pick<RequestSpec, 'resources'>): readonly number[]
}

export function vectorsOf({ scale = { VCPU: 256, MEMORY_MB: 2 ** 20 }, quantum = 0 }: VectorOptions): Vectors {
  const classes = Object.keys(scale)
  const units = Object.values(scale)
  const scaled = (amounts: readonly number[]): readonly number[] =>
    amounts.map((each, at) => each / (units[at] as number))
  const hosts = new WeakMap<HostState, readonly number[]>()
  const requests = new WeakMap<RequestSpec['resources'], readonly number[]>()
  return {
    classes,
    units,
    quantum,
    free: (host) => once(hosts, host, () => scaled(classes.map((name) => freeOf(host, name)))),
    asked: ({ resources }) =>
      once(requests, resources, () => {
        const asked = askedOf(resources)
        return scaled(classes.map((name) => asked[name] ?? 0))
      }),
  }
}

function once<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}
