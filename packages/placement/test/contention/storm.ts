import { id, problemOf, type Claim, type ClaimResult, type OperationId, type Random } from '@novakit/core'
import type { LedgerAndStore } from '@novakit/core/testing'
import type { Note, Stock, Taking, Want } from './note.ts'

const mixed = ['mixed-a', 'mixed-b', 'mixed-c']
const counters = ['k1', 'k2', 'k3', 'k4']

/**
 * A provider with room for all, one with room for some, one that only guards close, and three that are taken, changed
 * and given back.
 */
export const stock: Stock = {
  capacity: {
    roomy: { VCPU: 100_000 },
    scarce: { VCPU: 100 },
    guarded: { VCPU: 100_000 },
    ...Object.fromEntries(mixed.map((host) => [host, { VCPU: 40, MEMORY_MB: 60 }])),
  },
  counterMax: 5,
}

/** What one writer does, one call after the other. The same for the same `random`. */
export async function storm(opened: LedgerAndStore, writer: number, random: Random): Promise<readonly Note[]> {
  const notes: Note[] = []
  for (const [at, { call, wants }] of plan(writer, random).entries()) {
    const began = now()
    const outcome = await carryOut(opened, call, wants, `${writer}-${at}`)
    notes.push({ call, wants, began, ended: now(), outcome })
  }
  return notes
}

type Step = Pick<Note, 'call' | 'wants'>

function plan(writer: number, random: Random): readonly Step[] {
  const one = (host: string, nth: number, ...keys: string[]): Step => ({
    call: 'claim',
    wants: [{ consumer: `${host}-${writer}-${nth}`, taking: { [host]: { VCPU: 1 } }, counters: keys }],
  })
  return [
    ...range(3).map((nth) => one('roomy', nth)),
    ...range(4).map((nth) => one('scarce', nth)),
    ...counters.map((key, nth) => one('guarded', nth, key)),
    ...range(8).map(() => mixedStep(writer, random)),
  ]
}

/** Three consumers of the writer's own take, take something else, and give back, sometimes two of them in one call. */
function mixedStep(writer: number, random: Random): Step {
  const own = range(3).map((nth) => `mixed-${writer}-${nth}`)
  const first = random.below(3)
  const consumers = random.below(4) === 0 ? [own[first], own[(first + 1) % 3]] : [own[first]]
  const release = random.below(3) === 0
  const wants = consumers.map((consumer = ''): Want => ({
    consumer,
    taking: release ? {} : someTaking(random),
    counters: !release && random.below(3) === 0 ? [`mixed ${random.below(2)}`] : [],
  }))
  return { call: release ? 'release' : 'claim', wants }
}

function someTaking(random: Random): Taking {
  const from = random.below(3)
  const hosts = range(1 + random.below(2)).map((nth) => mixed[(from + nth) % 3] ?? '')
  return Object.fromEntries(hosts.map((host) => [host, { VCPU: 1 + random.below(4), MEMORY_MB: 1 + random.below(6) }]))
}

async function carryOut(
  { ledger, store }: LedgerAndStore,
  call: Note['call'],
  wants: readonly Want[],
  operation: string,
): Promise<string> {
  try {
    if (call === 'release') {
      const consumers = wants.map(({ consumer }) => id<Claim['consumer']>(consumer))
      await store.write((tx) => ledger.release(tx, consumers))
      return 'done'
    }
    const ask = (): Promise<ClaimResult> =>
      store.write((tx) =>
        ledger.claim(
          tx,
          wants.map((want) => claimOf(want, operation)),
        ),
      )
    const first = await ask()
    // As whoever claims does: it says that there may be room by now.
    const result = first.kind === 'refused' && first.refusal.kind === 'race' ? await ask() : first
    return result.kind === 'claimed' ? 'done' : result.refusal.kind
  } catch (error) {
    const { code, message } = problemOf(error)
    const { detail } = error as { detail?: unknown }
    return `threw ${code}: ${message} ${JSON.stringify(detail ?? null)}`
  }
}

function claimOf({ consumer, taking, counters: keys }: Want, operation: string): Claim {
  return {
    consumer: id(consumer),
    consumerType: 'INSTANCE',
    project: id('project'),
    user: id('user'),
    allocations: new Map(Object.entries(taking).map(([host, resources]) => [id(host), resources])),
    guards: keys.map((key) => ({ kind: 'counter', key, by: 1, max: stock.counterMax })),
    operation: id<OperationId>(operation),
  }
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, at) => at)
}

/** CLOCK_MONOTONIC: processes of one machine read the same. */
function now(): number {
  return Number(process.hrtime.bigint())
}
