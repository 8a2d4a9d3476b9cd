import type { Note, Stock, Want } from './note.ts'

/** What the ledger says in the end. */
export interface End {
  /** `provider class` → used. */
  readonly used: ReadonlyMap<string, number>
  /** `consumer provider class` → amount. */
  readonly allocations: ReadonlyMap<string, number>
}

/** A consumer holds `amount` of something: for certain, or at most, as all that is known is when calls began and ended. */
interface Hold {
  readonly consumer: string
  readonly amount: number
  readonly surely: readonly [from: number, to: number]
  readonly possibly: readonly [from: number, to: number]
}

/** What may be held: `provider class`, or `counter key`. */
type Thing = string

/**
 * What is wrong with a history of calls, one sentence each. Nothing is said that clocks could explain: a ledger is only
 * found wrong when no order of the calls that fits their moments makes it right.
 */
export function judge(notes: readonly Note[], stock: Stock, end: End): readonly string[] {
  const holds = holdsOf(notes)
  const limits = limitsOf(stock, holds)
  return [
    ...notes.filter((note) => note.outcome.startsWith('threw')).map((note) => `a ${note.call} ${note.outcome}`),
    ...[...holds].flatMap(([thing, each]) => overdrawn(thing, each, limits(thing))),
    ...notes.flatMap((note) => wrongRefusal(note, holds, limits)),
    ...lostOrLeft(holds, end),
    ...unbalanced(end),
  ]
}

function limitsOf({ capacity, counterMax }: Stock, holds: ReadonlyMap<Thing, unknown>): (thing: Thing) => number {
  const limits = new Map<Thing, number>([...holds.keys()].map((thing) => [thing, counterMax]))
  for (const [host, classes] of Object.entries(capacity))
    for (const [name, most] of Object.entries(classes)) limits.set(`${host} ${name}`, most)
  return (thing) => limits.get(thing) ?? counterMax
}

function things({ taking, counters }: Want): readonly (readonly [Thing, number])[] {
  const amounts = Object.entries(taking).flatMap(([host, classes]) =>
    Object.entries(classes).map(([name, amount]) => [`${host} ${name}`, amount] as const),
  )
  return [...amounts, ...counters.map((key) => [`counter ${key}`, 1] as const)]
}

/** Each consumer has one writer, so its calls are in order. */
function holdsOf(notes: readonly Note[]): ReadonlyMap<Thing, readonly Hold[]> {
  const holds = new Map<Thing, Hold[]>()
  const calls = notes
    .filter(({ outcome }) => outcome === 'done')
    .flatMap(({ wants, began, ended }) => wants.map((want) => ({ want, began, ended })))
  for (const [consumer, own] of Map.groupBy(calls, ({ want }) => want.consumer)) {
    const inOrder = own.toSorted((one, other) => one.began - other.began)
    for (const [at, { want, began, ended }] of inOrder.entries()) {
      const next = inOrder[at + 1] ?? { began: Infinity, ended: Infinity }
      for (const [thing, amount] of things(want)) {
        const hold: Hold = { consumer, amount, surely: [ended, next.began], possibly: [began, next.ended] }
        holds.set(thing, [...(holds.get(thing) ?? []), hold])
      }
    }
  }
  return holds
}

/** At no moment was more held, for certain, than there is. */
function overdrawn(thing: Thing, holds: readonly Hold[], limit: number): readonly string[] {
  const steps = holds
    .flatMap(({ amount, surely: [from, to] }) => [
      { at: from, by: amount },
      { at: to, by: -amount },
    ])
    .toSorted((one, other) => one.at - other.at || one.by - other.by)
  let sum = 0
  const most = Math.max(0, ...steps.map(({ by }) => (sum += by)))
  return most > limit ? [`${most} of ${thing} were held at once, and there are ${limit}`] : []
}

function wrongRefusal(
  { call, wants, began, ended, outcome }: Note,
  holds: ReadonlyMap<Thing, readonly Hold[]>,
  limits: (thing: Thing) => number,
): readonly string[] {
  if (call !== 'claim' || outcome === 'done' || outcome.startsWith('threw')) return []
  const own = new Set(wants.map(({ consumer }) => consumer))
  const asked = new Map<Thing, number>()
  for (const [thing, amount] of wants.flatMap(things)) asked.set(thing, (asked.get(thing) ?? 0) + amount)
  const short = [...asked].filter(([thing, amount]) => {
    const others = (holds.get(thing) ?? []).filter(({ consumer }) => !own.has(consumer))
    return amount + mostHeld(others, began, ended) > limits(thing)
  })
  const fits: Readonly<Record<string, boolean>> = {
    capacity: short.some(([thing]) => !thing.startsWith('counter ')),
    guard: short.some(([thing]) => thing.startsWith('counter ')),
    race: short.length > 0,
  }
  if (fits[outcome] === true) return []
  return [
    `a claim of ${[...asked].map((each) => each.join(': ')).join(', ')} was refused (${outcome}) without a reason`,
  ]
}

/** The most that others can have held at any moment between two. */
function mostHeld(holds: readonly Hold[], from: number, to: number): number {
  const most = new Map<string, number>()
  for (const { consumer, amount, possibly } of holds) {
    if (possibly[0] <= to && possibly[1] >= from) most.set(consumer, Math.max(most.get(consumer) ?? 0, amount))
  }
  return [...most.values()].reduce((sum, each) => sum + each, 0)
}

/** What was claimed last is there, and nothing else is. */
function lostOrLeft(holds: ReadonlyMap<Thing, readonly Hold[]>, { allocations }: End): readonly string[] {
  const expected = new Map<string, number>()
  for (const [thing, each] of holds) {
    if (thing.startsWith('counter ')) continue
    for (const { consumer, amount, surely } of each) {
      if (surely[1] === Infinity) expected.set(`${consumer} ${thing}`, amount)
    }
  }
  const lost = [...expected].filter(([key, amount]) => allocations.get(key) !== amount)
  const left = [...allocations.keys()].filter((key) => !expected.has(key))
  return [...lost.map(([key]) => `the allocation ${key} is lost`), ...left.map((key) => `${key} is left over`)]
}

function unbalanced({ used, allocations }: End): readonly string[] {
  const sums = new Map<Thing, number>()
  for (const [key, amount] of allocations) {
    const thing = key.slice(key.indexOf(' ') + 1)
    sums.set(thing, (sums.get(thing) ?? 0) + amount)
  }
  return [...used]
    .filter(([thing, amount]) => amount !== (sums.get(thing) ?? 0))
    .map(([thing, amount]) => `${amount} of ${thing} count as used, and ${sums.get(thing) ?? 0} are allocated`)
}
