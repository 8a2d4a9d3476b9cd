import { id, type ConsumerId, type ProviderId } from '@novakit/core'
import type { LedgerAndStore } from '@novakit/core/testing'
import type { Backend } from './backend.ts'
import { openBackend } from './backend.ts'
import { openFaulty, type Fault } from './faults.ts'
import { judge, type End } from './judge.ts'
import type { Note } from './note.ts'
import { runJobs } from './processes.ts'
import { stock } from './storm.ts'

const WRITERS = 32

export interface Storm {
  readonly notes: readonly Note[]
  readonly findings: readonly string[]
}

/** 32 writers on one empty ledger, in as many processes as there are backends. */
export async function runStorm(backends: readonly Backend[], seed: string, fault?: Fault): Promise<Storm> {
  const [first] = backends
  if (first === undefined) throw new Error('no backend')
  const { driver, close } = openBackend(first)
  const opened = await openFaulty(driver, undefined)
  await declareStock(opened)
  const watching = new AbortController()
  const watch = watched(opened, watching.signal)
  const all = Array.from({ length: WRITERS }, (_, writer) => writer)
  const jobs = backends.map((backend, process) => ({
    backend,
    writers: all.filter((writer) => writer % backends.length === process),
    seed,
    ...(fault === undefined ? {} : { fault }),
  }))
  const notes = await runJobs(jobs).finally(() => watching.abort())
  const seen = await watch
  const findings = [...seen, ...judge(notes, stock, await endOf(opened, notes))]
  await opened.close()
  await close()
  return { notes, findings }
}

async function declareStock({ ledger, store }: LedgerAndStore): Promise<void> {
  for (const [name, capacity] of Object.entries(stock.capacity)) {
    const inventories = Object.fromEntries(
      Object.entries(capacity).map(([resourceClass, total]) => [
        resourceClass,
        { total, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: total, stepSize: 1 },
      ]),
    )
    const provider = id<ProviderId>(name)
    await store.write((tx) =>
      ledger.declareTree(tx, provider, [{ id: provider, name, parent: null, inventories, traits: [] }]),
    )
  }
}

/** Somebody who reads all the while, and never sees more used than there is. */
async function watched({ ledger, store }: LedgerAndStore, until: AbortSignal): Promise<readonly string[]> {
  const findings = new Set<string>()
  while (!until.aborted) {
    for (const { name, inventories } of await store.read((tx) => ledger.providers(tx))) {
      for (const [resourceClass, { used, total }] of Object.entries(inventories)) {
        if (used > total || used < 0) findings.add(`a reader saw ${used} of ${total} ${resourceClass} of ${name} used`)
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return [...findings]
}

async function endOf({ ledger, store }: LedgerAndStore, notes: readonly Note[]): Promise<End> {
  const consumers = [...new Set(notes.flatMap(({ wants }) => wants.map((want) => id<ConsumerId>(want.consumer))))]
  const records = await store.read((tx) => ledger.providers(tx))
  const allocations = await store.read((tx) => ledger.allocationsOf(tx, consumers))
  return {
    used: new Map(
      records.flatMap(({ name, inventories }) =>
        Object.entries(inventories).map(([resourceClass, { used }]) => [`${name} ${resourceClass}`, used] as const),
      ),
    ),
    allocations: new Map(
      allocations.flatMap(({ consumer, provider, resources }) =>
        Object.entries(resources).map(([name, amount]) => [`${consumer} ${provider} ${name}`, amount] as const),
      ),
    ),
  }
}
