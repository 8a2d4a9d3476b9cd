import type { Clock, Cloud, Verbs } from '@novakit/core'
import type { Prepared } from './prepare.ts'
import type { TraceRequest, TraceSet } from './set.ts'
import { eachOf } from './each-of.ts'
import { flavorOf } from './prepare.ts'
import { hasCode, millis, systemClock } from '@novakit/core'

/** How far a replay is. */
export interface Progress {
  readonly accepted: number
  /** Those that rest, active or in error. */
  readonly settled: number
}

export interface ReplayOptions {
  /** Requests under way at the door at one time. */
  readonly inFlight: number
  readonly clock?: Clock
  show?(progress: Progress): void
}

export interface Replayed {
  /** Milliseconds from the first request until the last was answered, and until the last server rested. */
  readonly acceptedMs: number
  readonly settledMs: number
}

/**
 * Asks for every server of a set in its order, and waits until all rest. Each request has its key: those that were
 * accepted before, perhaps by a process that died, are not made twice.
 */
export async function replay(
  cloud: Cloud,
  verbs: Verbs,
  set: TraceSet,
  prepared: Prepared,
  options: ReplayOptions,
): Promise<Replayed> {
  const { inFlight, clock = systemClock, show = () => undefined } = options
  const began = clock.now()
  let accepted = 0
  let settled = 0
  const told = (): void => show({ accepted, settled })
  const rested = (): void => {
    settled++
    told()
  }
  for (const name of ends) cloud.events.on(name, rested)
  try {
    await eachOf(set.requests, inFlight, async (request) => {
      await verbs.servers.create(asked(request, prepared))
      accepted++
      told()
    })
    const acceptedMs = clock.now() - began
    await untilAllRest(verbs, clock, () => settled >= set.requests.length)
    return { acceptedMs, settledMs: clock.now() - began }
  } finally {
    for (const name of ends) cloud.events.off(name, rested)
  }
}

const ends = ['instance.create.end', 'instance.create.error'] as const

function asked(request: TraceRequest, { groups }: Prepared): Parameters<Verbs['servers']['create']>[0] {
  const { name, group } = request
  const plain = { name, idempotencyKey: name, flavor: flavorOf(request), image: 'cirros', networks: 'none' } as const
  if (group === null) return plain
  const hints = group.domain === '' ? {} : { partition: group.domain }
  return { ...plain, group: groups.get(group.key) ?? group.key, hints }
}

const GLANCE = millis(20)
/** Looking costs: events say when it is worth it. They may have been heard by another process, so it looks anyhow. */
const GLANCES_TO_A_LOOK = 50

async function untilAllRest({ servers }: Verbs, clock: Clock, isLikely: () => boolean): Promise<void> {
  for (let glance = 1; ; glance++) {
    if (isLikely() || glance % GLANCES_TO_A_LOOK === 0) {
      const { servers: building } = await servers.list({ status: 'BUILD', limit: 1 })
      if (building.length === 0) return
    }
    await clock.sleep(GLANCE)
  }
}

/** Deletes every server of the caller's project, and waits until none is left. */
export async function deleteAll({ servers }: Pick<Verbs, 'servers'>, clock: Clock = systemClock): Promise<number> {
  let deleted = 0
  for (;;) {
    const { servers: left } = await servers.list({ limit: 1000 })
    if (left.length === 0) return deleted
    const standing = left.filter(({ taskState }) => taskState !== 'deleting')
    await eachOf(standing, 64, async ({ id }) => servers.delete(id).catch(passGone))
    deleted += standing.length
    if (standing.length === 0) await clock.sleep(millis(50))
  }
}

function passGone(error: unknown): void {
  if (!hasCode(error, 'server.not_found')) throw error
}
