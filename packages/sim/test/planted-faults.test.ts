import { afterEach, describe, expect, test, vi } from 'vitest'
import type { GlobalTx, PlacementLedger } from '@novakit/core'
import type { Simulation } from '@novakit/sim'
import { drawPlan, fakeNetworks, simulate, stories, troubles } from '@novakit/sim'
import { placementLedger } from '@novakit/placement'
import { seconds, seededIds, seededRandom } from '@novakit/core'

/**
 * Faults planted into the spine, one at a time, by their numbers in the list of faults to plant: seeds that CI lives
 * must find each. The step tests and stories of `packages/novakit/test/sagas/planted-faults.test.ts` find most of them
 * too, each at its place. Those of the list that no seed can find:
 * - 1, a message acknowledged before its work is committed: messages are wake-ups; what is lost is sent again.
 * - 3, a writer that does not ask for its lease, and 20, any answer taken for the one that is waited for: what such a
 *   writer writes meets the predicates of its own rows. `core/test/saga/rules.test.ts` holds both rules by themselves.
 * - 7, undo in forward order: at rest it comes to the same. The step tests see what is held meanwhile.
 * - 10 and 11, a claim that sums before it inserts: the simulation's database has one writer at a time. The placement
 *   suite races claims on every database.
 * - 14, an unknown commit taken for a failure: the next worker reads what is stored before it does anything.
 * - 15, a port call that is not idempotent and is repeated: it is 6, as the ports are asked here.
 * - 17, a write to the other store that is not keyed: all there are change nothing the second time, and an attempt's
 *   number stands in their predicates.
 * - 18 and 19, leases by a wrong clock or for too long: two conductors then work on one operation, and the lease's epoch
 *   lets one of them write. It costs work done twice and nothing else. `core/test/saga` holds the rule by itself.
 * - 22, an agent that destroys what it does not know: a story in novakit's file, since nobody here makes such guests.
 * - 24, a deleted request that a late answer brings back, and 27, places that are tried for ever: these seeds come there
 *   too seldom. The step tests and a story of novakit's file go there.
 * - 21, an evacuation without the fence: `novakit/test/sagas/recover.test.ts`, where the power switch lies.
 * - 25, a confirmation and its expiry that both run: they begin by one compare-and-set of the task state, as 5 shows.
 * - 26, a reservation that nobody settles: nothing is reserved ahead of its action; a move charges in its claim's
 *   transaction. 28: no server moves between cells yet. 29: `novakit/test/cloud/cell-down`.
 */
const planted = vi.hoisted(() => ({ fault: '' }))
const is = (fault: string): boolean => planted.fault === fault

type Anything = (...args: any[]) => unknown
type Module = Readonly<Record<string, Anything>>
type Row = Readonly<Record<string, unknown>>

/** The real function, but while the fault is planted what stands in for it. */
function instead(module: Module, name: string, fault: string, other: (real: Anything) => Anything): Module {
  const real = module[name] as Anything
  const faulty = other(real)
  return { ...module, [name]: (...args: unknown[]) => (is(fault) ? faulty(...args) : real(...args)) }
}

const rowOf = async (tx: GlobalTx, table: string, id: unknown): Promise<Row> =>
  (await tx
    .db<Record<string, Row>>()
    .selectFrom(table)
    .selectAll()
    .where('id' as never, '=', id as never)
    .executeTakeFirst()) ?? {}

vi.mock('../../core/src/saga/operations.ts', async (load) => {
  const real = await load<Module>()
  return instead(real, 'dueOperations', '2 the reconciler is off', () => async () => [])
})

vi.mock('../../core/src/saga/outbox.ts', async (load) => {
  const real = await load<Module>()
  let count = 0
  const lost = instead(real, 'publish', '16 an event is lost between its change and its row', (publish) => {
    return async (...args) => (++count % 10 === 0 ? undefined : publish(...args))
  })
  return instead(lost, 'relayOutbox', '30 events come out of order', (relayOutbox) => {
    return async (store, turn, deliver: Anything, limit) => {
      const held: unknown[] = []
      const answer = await relayOutbox(store, turn, (event: unknown) => void held.push(event), limit)
      for (const event of held.toReversed()) await deliver(event)
      return answer
    }
  })
})

vi.mock('../../core/src/compute/fences.ts', async (load) =>
  instead(await load<Module>(), 'fences', '4 a host obeys commands of any epoch', () => () => ({
    admit: async () => true,
    hasEnded: async () => false,
  })),
)

vi.mock('../../core/src/storage/cell/instances.ts', async (load) =>
  instead(await load<Module>(), 'changeInstance', '5 a builder writes a state whatever it was', (changeInstance) => {
    return async (tx: GlobalTx, server, expected: Row, change) => {
      if (expected['taskState'] === 'deleting') return changeInstance(tx, server, expected, change)
      const row = await rowOf(tx, 'instance', server)
      return changeInstance(tx, server, { ...expected, taskState: row['task_state'] ?? null }, change)
    }
  }),
)

interface Steps {
  readonly steps: readonly { readonly undo: Anything | string }[]
}

vi.mock('../../core/src/conductor/build/build-saga.ts', async (load) => {
  const real = await load<Module>()
  return instead(real, 'buildSaga', '8 an undo that fails once is left out', (buildSaga) => (...args) => {
    const saga = buildSaga(...args) as Steps
    return { ...saga, steps: saga.steps.map((step) => ({ ...step, undo: tolerant(step.undo) })) }
  })
})

function tolerant(undo: Anything | string): Anything | string {
  if (typeof undo === 'string') return undo
  return async (...args) => {
    try {
      const answer = (await undo(...args)) as { kind: string }
      return answer.kind === 'retry' ? { kind: 'done', output: null } : answer
    } catch {
      return { kind: 'done', output: null }
    }
  }
}

/** Limits are looked at before anything is awaited that lets others in, and not when quota is taken. */
vi.mock('../../core/src/storage/global/quota-counters.ts', async (load) =>
  instead(await load<Module>(), 'takeAll', '9 quota is taken without looking at its limit', (takeAll) => {
    return async (tx, takings: readonly Row[]) =>
      takeAll(
        tx,
        takings.map((taking) => ({ ...taking, limit: -1 })),
      )
  }),
)

/** Says of a write that ended so that it ended well. */
function swallowing(code: string): (writeOn: Anything) => Anything {
  return (writeOn) =>
    (...args) => {
      const write = writeOn(...args) as (work: unknown) => Promise<unknown>
      return (work: unknown) =>
        write(work).catch((error: { code?: string }) => {
          if (error.code !== code) throw error
        })
    }
}

vi.mock('../../core/src/storage/write.ts', async (load) => {
  const real = await load<Module>()
  const busy = instead(real, 'writeOn', '13 a serialization failure is swallowed', swallowing('storage.busy'))
  return instead(busy, 'writeOn', '14 an unknown commit is taken for done', swallowing('storage.unknown_commit'))
})

/** A ledger that does not give back what a server held that was never built. */
function keepingUnfinished(ledger: PlacementLedger): PlacementLedger {
  const servers = new Set<unknown>()
  return {
    ...ledger,
    release: async (tx, consumers) => {
      const unfinished = await tx.db<Record<string, Row>>().selectFrom('build_request').selectAll().execute()
      for (const row of unfinished) servers.add(row['server'])
      await ledger.release(
        tx,
        consumers.filter((consumer) => !servers.has(consumer)),
      )
    },
  }
}

function withoutGuards(ledger: PlacementLedger): PlacementLedger {
  return {
    ...ledger,
    claim: (tx, claims) =>
      ledger.claim(
        tx,
        claims.map((claim) => ({ ...claim, guards: [] })),
      ),
  }
}

type Made = () => NonNullable<Simulation['world']>
const careless: Made = () => ({ networks: fakeNetworks(seededIds(seededRandom('careless')), false) })
const guardless: Made = () => ({ ledger: withoutGuards(placementLedger()) })
const forgetful: Made = () => ({ ledger: keepingUnfinished(placementLedger()) })

afterEach(() => {
  planted.fault = ''
})

/** CI lives these seeds; of those that draw what a fault needs to show, so many are tried. */
const SEEDS = Array.from({ length: 1000 }, (_, index) => String(index + 1))
const MOST = 10

interface Hunt {
  readonly fault: string
  /** Where it was found once: that seed is tried before the others. */
  readonly first: string
  /** Kinds of trouble, and things that people do, without which it cannot show. */
  readonly needs?: readonly string[]
  readonly world?: Made
}

/** Came after these seeds were chosen: whatever else happens in a life changes where it comes to. They find none of these faults by themselves. */
const LATER: ReadonlySet<string> = new Set(['moveVolume', 'moveAnother', 'movePort', 'badVolumeService'])
const known = <Of>(all: Readonly<Record<string, Of>>): Readonly<Record<string, Of>> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !LATER.has(name)))
const cast = { stories: known(stories), chaos: known(troubles) }

/** What the first seed that meets the fault says of it. */
async function found({ fault, first, needs = [], world }: Hunt): Promise<string | null> {
  const candidates = SEEDS.filter((seed) => {
    const plan = drawPlan(seed, Object.keys(cast.chaos), Object.keys(cast.stories))
    return needs.every((need) => plan.troubles.includes(need) || plan.stories.includes(need)) && plan.span >= 8000
  })
  for (const seed of [first, ...candidates.slice(0, MOST)]) {
    planted.fault = fault
    const { findings } = await simulate({ seed, ...cast, patience: seconds(60), ...(world && { world: world() }) })
    planted.fault = ''
    if (findings.length === 0) continue
    // It is the fault that was found, and nothing else.
    expect((await simulate({ seed, ...cast })).findings).toEqual([])
    return `seed ${seed}: ${findings[0]}`
  }
  return null
}

describe('seeds find', () => {
  test.for<Hunt>([
    { fault: '2 the reconciler is off', first: '2' },
    { fault: '4 a host obeys commands of any epoch', first: '19', needs: ['echoes'] },
    { fault: '5 a builder writes a state whatever it was', first: '21', needs: ['changeOfMind'] },
    {
      fault: '6 ports that are asked for again are made again',
      first: '23',
      needs: ['dyingConductors'],
      world: careless,
    },
    { fault: '8 an undo that fails once is left out', first: '59', needs: ['badNetworkService', 'badHypervisors'] },
    { fault: '9 quota is taken without looking at its limit', first: '2' },
    { fault: '12 a claim without its guards', first: '17', needs: ['rushApart'], world: guardless },
    { fault: '13 a serialization failure is swallowed', first: '62', needs: ['badStorage'] },
    { fault: '14 an unknown commit is taken for done', first: '4', needs: ['badStorage'] },
    { fault: '16 an event is lost between its change and its row', first: '2' },
    { fault: '23 an unfinished build keeps its allocation', first: '2', world: forgetful },
    { fault: '30 events come out of order', first: '2' },
  ])('$fault', { timeout: 120_000 }, async (hunt) => {
    const finding = await found(hunt)
    expect(finding).not.toBeNull()
  })
})
