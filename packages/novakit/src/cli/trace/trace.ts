import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Case } from './check/case.ts'
import type { FakeWorld } from '@novakit/driver-fake'
import type { Lap } from './stopwatch.ts'
import type { Outcome } from './check/outcome.ts'
import type { SeenGuest } from './check/evidence.ts'
import type { Terminal } from '../terminal.ts'
import type { TracePreset } from './trace-cloud.ts'
import type { TraceSet } from './set.ts'
import type { Verbs } from '@novakit/core'
import { deleteAll, replay } from './replay.ts'
import { introduce, shower, tell } from './report.ts'
import { millis, systemClock } from '@novakit/core'
import { nothingLeft } from './check/nothing-left.ts'
import { outcomeOf } from './check/outcome.ts'
import { prepare } from './prepare.ts'
import { readEvidence, readPending } from './check/read-evidence.ts'
import { replayer, traceCloud } from './trace-cloud.ts'
import { stopwatch } from './stopwatch.ts'
import { terminal } from '../terminal.ts'
import { verify } from './check/verify.ts'

export interface TraceOptions {
  readonly set: TraceSet
  readonly preset: TracePreset
  /** Null: one in a temporary folder. One that is there already is gone on with. */
  readonly database: string | null
  /** Servers are not deleted at the end, nor is the database. */
  readonly keep: boolean
  readonly quiet: boolean
  /** Requests under way at the door at one time. */
  readonly inFlight: number
}

export interface TraceResult extends Outcome {
  /** Nothing was found wrong. */
  readonly ok: boolean
  readonly set: string
  readonly origin: TraceSet['origin']
  readonly preset: TracePreset
  readonly hosts: number
  readonly requests: number
  /** From the first request until the last server rested. */
  readonly serversPerSecond: number
  readonly acceptedPerSecond: number
  /** Milliseconds, of all parts of the process together. */
  readonly cpuPerServer: number
  /** MiB, of the whole process until the servers rested. */
  readonly peakMemory: number
  readonly seconds: Readonly<Record<'setUp' | 'replay' | 'check' | 'remove', number>>
  /** What is wrong; empty where `ok`. */
  readonly findings: readonly string[]
  /** Where it was kept. */
  readonly database: string | null
}

/** Replays a set through a whole cloud, durably, and has an independent check look at what came of it. */
export async function trace(options: TraceOptions): Promise<TraceResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-trace-'))
  const database = options.database ?? path.join(folder, 'cloud.db')
  const screen = terminal(options.quiet)
  introduce(screen, options)
  try {
    const result = await traceOn(screen, database, options)
    tell(screen, result)
    return result
  } finally {
    if (options.database !== null || !options.keep) await rm(folder, { recursive: true, force: true })
  }
}

async function traceOn(screen: Terminal, database: string, options: TraceOptions): Promise<TraceResult> {
  const { set, preset, keep, inFlight } = options
  const watch = stopwatch()
  // Guests outlive the process where the database does.
  const outlives = keep || options.database !== null
  const guests = outlives ? { guestsFile: `${database}.guests` } : {}
  const { cloud, hypervisors } = await traceCloud(set, { database, preset, ...guests })
  try {
    await cloud.start()
    const verbs = replayer(cloud)
    const prepared = await prepare(verbs, set)
    const setUp = watch.lap()
    screen.say(`Hosts are up, racks and groups are made, after ${setUp.seconds.toFixed(1)} s.`)
    const { acceptedMs } = await replay(cloud, verbs, set, prepared, { inFlight, show: shower(screen, set) })
    const replayed = watch.lap()
    const [outcome, findings] = await judge(database, set, preset, hypervisors)
    const checked = watch.lap()
    const left = keep ? [] : await removeAll(verbs, database, hypervisors)
    const laps = { setUp, replay: replayed, check: checked, remove: watch.lap() }
    return {
      ...outcome,
      ...ratesOf(set, acceptedMs, replayed),
      ok: findings.length === 0 && left.length === 0,
      set: set.name,
      origin: set.origin,
      preset,
      hosts: set.hosts.length,
      requests: set.requests.length,
      seconds: secondsOf(laps),
      findings: [...findings, ...left],
      database: keep ? database : null,
    }
  } finally {
    await cloud.stop()
  }
}

async function judge(
  database: string,
  set: TraceSet,
  preset: TracePreset,
  hypervisors: FakeWorld,
): Promise<readonly [Outcome, readonly string[]]> {
  await nothingPending(database)
  const evidence = readEvidence(database)
  const guests = guestsOf(hypervisors)
  const given: Case = { set, evidence, guests, allAlone: preset === 'pack', noLessThanGreedy: isWhole(set) }
  return [outcomeOf(given), verify(given)]
}

/** A datacentre, and not a few racks of one. */
const isWhole = ({ hosts }: TraceSet): boolean => new Set(hosts.map(({ rack }) => rack)).size >= 50

async function removeAll(verbs: Verbs, database: string, hypervisors: FakeWorld): Promise<readonly string[]> {
  await deleteAll(verbs)
  await nothingPending(database)
  return nothingLeft(readEvidence(database), guestsOf(hypervisors))
}

/** The last events are told a moment after the servers rest. What is pending for longer, the check finds. */
export async function nothingPending(database: string): Promise<void> {
  for (let look = 0; look < 600 && readPending(database).length > 0; look++) await systemClock.sleep(millis(50))
}

export function guestsOf(hypervisors: FakeWorld): readonly SeenGuest[] {
  return hypervisors
    .guests()
    .map(({ server, host, power, defined }) => ({ server, host, running: defined && power === 'running' }))
}

function ratesOf({ requests }: TraceSet, acceptedMs: number, { seconds, cpu, peakMemory }: Lap) {
  return {
    serversPerSecond: requests.length / seconds,
    acceptedPerSecond: (requests.length / acceptedMs) * 1000,
    cpuPerServer: (cpu * 1000) / requests.length,
    peakMemory,
  }
}

function secondsOf<Part extends string>(laps: Readonly<Record<Part, Lap>>): Readonly<Record<Part, number>> {
  return Object.fromEntries(Object.entries<Lap>(laps).map(([part, lap]) => [part, lap.seconds])) as Record<Part, number>
}
