import type { CloudPicture } from '@novakit/core/oracles'
import type { CloudWorld, CloudWorldOptions } from '../world/cloud-world.ts'
import type { Gate } from './gate.ts'
import type { Plan } from './plan.ts'
import type { CloudTiming, Millis, Random } from '@novakit/core'
import type { Client, History, Story } from '../stories/client.ts'
import type { Trouble } from '../chaos/mischief.ts'
import { between, pick } from '../chaos/mischief.ts'
import { checkEmpty, checkQuiet, cloudPicture } from '@novakit/core/oracles'
import { client } from '../stories/client.ts'
import { deleteServers, settle, startedWorld } from '../world/started-world.ts'
import { drawPlan } from './plan.ts'
import { gate } from './gate.ts'
import { heal } from '../chaos/heal.ts'
import { isNovakitError, millis, seconds, seededRandom } from '@novakit/core'
import { promises } from '../invariants/history-is-kept.ts'
import { stories as usualStories } from '../stories/stories.ts'
import { tellSagas } from './tell-sagas.ts'
import { troubles as usualTroubles } from '../chaos/troubles.ts'
import { watch } from '../invariants/watch.ts'
import { worldInside } from '../world/world-inside.ts'

export interface Simulation {
  /** Decides everything: the same seed, the same life. */
  readonly seed: string
  /** What the cloud is made of: hosts, scheduler, drivers. Default: four small hosts in two cells, Nova's policy. */
  readonly world?: Omit<CloudWorldOptions, 'seed' | 'conductors' | 'storage'>
  /** Kinds of trouble to choose from. Default: all of them. */
  readonly chaos?: Readonly<Record<string, Trouble>>
  /** What people do, to choose from. Default: what comes with this package. */
  readonly stories?: Readonly<Record<string, Story>>
  /** What must hold besides, of a cloud at rest. */
  readonly invariants?: Readonly<Record<string, (picture: CloudPicture, world: CloudWorld) => readonly string[]>>
  /** In how much virtual time the cloud must come to rest once all is well. Default 180 s. */
  readonly patience?: Millis
  /** In place of what the seed draws. */
  readonly plan?: Partial<Omit<Plan, 'seed'>>
}

/** One life of a cloud. */
export interface Life {
  readonly plan: Plan
  /** What did not agree, one sentence each; empty where all is well. */
  readonly findings: readonly string[]
  /** What happened, line by line. */
  readonly trace: readonly string[]
  /** Of the trace and the last picture: two lives of one plan have the same. */
  readonly hash: string
  /** What was reached, and how often. */
  readonly marks: ReadonlyMap<string, number>
  /** Single things that happened, as {@link Plan.without} names them. */
  readonly acts: readonly string[]
  /** Milliseconds of virtual time. */
  readonly lived: number
}

/** Of a cloud that keeps for a while what people may want back: some of it they do, and some of it is reclaimed. */
const patience: Partial<CloudTiming> = { reclaimAfter: seconds(20), offloadAfter: seconds(10) }

const fourHosts = { h1: 'west', h2: 'west', h3: 'east', h4: 'east' }

/**
 * One life of a whole cloud on virtual time: people do what the seed has them do, under troubles that the seed chooses;
 * then all is well again, and the cloud must come to rest, agree with itself and with what it told people, and be empty
 * when everything is deleted.
 */
export async function simulate(options: Simulation): Promise<Life> {
  const { seed, chaos = usualTroubles, stories = usualStories } = options
  const plan: Plan = { ...drawPlan(seed, Object.keys(chaos), Object.keys(stories)), ...options.plan, seed }
  // A database of its own: one that others have used gives the event loop its turn at other moments.
  const world = await startedWorld({
    hosts: fourHosts,
    ...(plan.patient ? { timing: patience } : {}),
    ...(plan.recovery ? { recovery: { after: seconds(30), share: 0.5 } } : {}),
    ...options.world,
    seed,
    conductors: plan.conductors,
  })
  const { trace, clock } = world
  const began = clock.now()
  const doors = gate(plan, trace.note)
  const random = seededRandom(`life/${seed}`)
  const someone = client(world, random.fork('client'))
  const findings: string[] = []
  watch(world)
  tellSagas(world)
  try {
    await world.addApi()
    await trouble({ world, random, plan, doors, chaos, stories }, someone)
    await heal(world)
    trace.note('world', 'is healed')
    findings.push(...(await judge(options, world, someone.history)))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    findings.push(...world.violations, error.message, ...(await unended(world)))
  } finally {
    await world.close()
  }
  for (const finding of findings) trace.note('finding', finding)
  const { lines, marks } = trace
  return { plan, findings, trace: lines, hash: trace.hash(), marks, acts: doors.acts, lived: clock.now() - began }
}

interface Cast {
  readonly world: CloudWorld
  readonly random: Random
  readonly plan: Plan
  readonly doors: Gate
  readonly chaos: Readonly<Record<string, Trouble>>
  readonly stories: Readonly<Record<string, Story>>
}

const STEP = millis(250)

/** Requests come in and things go wrong, until the plan's span is over and everybody has his answer. */
async function trouble({ world, random, plan, doors, chaos, stories }: Cast, someone: Client): Promise<void> {
  const { clock } = world
  const end = clock.now() + plan.span
  const over = (): boolean => clock.now() >= end
  for (const name of plan.troubles) {
    const happens = (what: string): boolean => doors.happens(name, what)
    chaos[name]?.({ world, random: random.fork(name), over, happens })
  }
  const pace = random.fork('pace')
  const waiting = new Set<Promise<void>>()
  const failures: unknown[] = []
  let next: number = clock.now()
  while (!over() || waiting.size > 0) {
    await clock.advance(STEP)
    if (over() || clock.now() < next) continue
    next = clock.now() + between(pace, 0, 2)
    const name = pick(pace, plan.stories)
    if (!doors.happens(name, 'begins')) continue
    const told: Promise<void> = (stories[name] ?? nothing)(someone)
      .catch((error: unknown) => void (isNovakitError(error) || failures.push(error)))
      .finally(() => waiting.delete(told))
    waiting.add(told)
  }
  if (failures.length > 0) throw failures[0]
}

const nothing: Story = async () => undefined

/** What does not agree of a cloud that has come to rest, and what is left of one whose servers are all deleted. */
async function judge(options: Simulation, world: CloudWorld, history: History): Promise<readonly string[]> {
  const { patience: limit = seconds(180) } = options
  await settle(world, limit)
  const picture = await cloudPicture(worldInside(world))
  const findings = [
    ...checkQuiet(picture),
    ...Object.entries(promises).flatMap(([name, holds]) => said(name, holds(picture, history))),
    ...Object.entries(options.invariants ?? {}).flatMap(([name, holds]) => said(name, holds(picture, world))),
  ]
  if (findings.length > 0) return findings
  await clockIsQuiet(world, picture)
  await deleteServers(world)
  await settle(world, limit)
  const left = checkEmpty(await cloudPicture(worldInside(world)))
  return left.map((one) => `after deleting all: ${one}`)
}

const said = (name: string, findings: readonly string[]): readonly string[] =>
  findings.map((finding) => `${name}: ${finding}`)

/** Of one cloud in ten: at rest, nothing changes by itself. @throws where something does */
async function clockIsQuiet(world: CloudWorld, before: CloudPicture): Promise<void> {
  if (seededRandom(`quiet/${world.trace.lines.length}`).next() >= 0.1) return
  // What waits to be removed is removed in its time.
  if (before.instances.some((row) => row.set_aside_at !== null && row.deleted_at === null)) return
  await world.clock.advance(seconds(20))
  const after = await cloudPicture(worldInside(world))
  if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error('a cloud at rest has changed by itself')
  world.trace.mark('a cloud at rest is left alone')
}

/** What hangs in a cloud that does not come to rest. */
async function unended(world: CloudWorld): Promise<readonly string[]> {
  const { operations, outbox, tombstones } = await cloudPicture(worldInside(world))
  return [
    ...operations
      .filter((row) => row.live === 1)
      .map(
        (row) =>
          `${row.kind} of ${row.subject} in ${row.store} is ${row.state} at step ${row.cursor}, try ${row.tries}`,
      ),
    ...outbox.map((row) => `${row.name} of ${row.subject} waits in ${row.store}`),
    ...tombstones.map((row) => `host ${row.host} waits to hear that ${row.server} is dead`),
  ]
}
