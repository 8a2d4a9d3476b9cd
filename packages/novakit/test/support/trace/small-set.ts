import type { TraceGroup, TraceRequest, TraceRule, TraceSet } from '../../../src/cli/trace/set.ts'

const of = (rule: TraceRule, key: string, domain = ''): TraceGroup => ({ key: `${rule}/${key}`, rule, domain })

const together = of('affinity', '0')
const apart = of('anti-affinity', '0')
const domain = (name: string): TraceGroup => of('fault-domain', '0', `domain-${name}`)

/** Size and group of each request, in order. The last two find no place: no room, and no host that has none of them. */
const asked: readonly (readonly [vcpus: number, memoryGiB: number, group: TraceGroup | null])[] = [
  [2, 4, together],
  [2, 4, together],
  [2, 4, domain('a')],
  [2, 4, domain('b')],
  [2, 4, domain('a')],
  ...Array.from({ length: 6 }, () => [1, 2, apart] as const),
  [4, 8, null],
  [1, 2, null],
  [64, 128, together],
  [1, 2, apart],
]

/** Six hosts in three racks, and requests that meet every rule. */
export const smallSet: TraceSet = {
  name: 'small',
  origin: 'twin',
  hosts: Array.from({ length: 6 }, (_, at) => ({
    name: `host-${at}`,
    rack: `rack-${Math.floor(at / 2)}`,
    vcpus: 16,
    memoryGiB: 32,
  })),
  requests: asked.map(([vcpus, memoryGiB, group], at): TraceRequest => ({ name: `vm-${at}`, vcpus, memoryGiB, group })),
}
