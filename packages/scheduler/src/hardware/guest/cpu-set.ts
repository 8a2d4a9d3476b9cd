import { quoted, refuse } from './spec.ts'

/** Far above any machine, and low enough that nobody can have a set of billions built. */
const CPU_MAX = 65_535

/**
 * The processors of a list such as `0-3,^2,8`: ranges, single ones, and with `^` those to leave out, ascending.
 * Source: nova/virt/hardware.py, `parse_cpu_spec`.
 * @throws `scheduler.invalid_request`
 */
export function cpusOf(spec: string): ReadonlySet<number> {
  const wanted = new Set<number>()
  const unwanted = new Set<number>()
  for (const rule of spec.split(',').map((each) => each.trim())) {
    if (rule === '') continue
    const [, caret, from, to] = /^(\^?)\s*(\d{1,9})\s*(?:-\s*(\d{1,9}))?$/.exec(rule) ?? []
    if (from === undefined) return refuse(`${quoted(rule)} is no processor and no range of processors`)
    const [first, last] = [Number(from), Number(to ?? from)]
    if (last < first) return refuse(`the range of processors ${quoted(rule)} runs backwards`)
    if (last > CPU_MAX) return refuse(`there is no processor ${last}`)
    for (let cpu = first; cpu <= last; cpu++) (caret === '^' ? unwanted : wanted).add(cpu)
  }
  return new Set([...wanted].filter((cpu) => !unwanted.has(cpu)).toSorted((a, b) => a - b))
}

/** The processors of a guest that a mask names; one that begins with `^` leaves out of all. */
export function maskedCpus(mask: string, vcpus: number): ReadonlySet<number> {
  return cpusOf(mask.trim().startsWith('^') ? `0-${vcpus - 1},${mask}` : mask)
}

/** 0 … count - 1. */
export function allCpus(count: number): ReadonlySet<number> {
  return new Set(Array.from({ length: count }, (_, cpu) => cpu))
}

export function isWithin(cpus: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  return [...cpus].every((cpu) => others.has(cpu))
}

/** Those of the first that the second has, or with `false` has not. */
export function kept(cpus: ReadonlySet<number>, others: ReadonlySet<number>, has = true): ReadonlySet<number> {
  return new Set([...cpus].filter((cpu) => others.has(cpu) === has))
}
