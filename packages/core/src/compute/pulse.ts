import type { Client } from '../rpc/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Heartbeat, conductorContract } from '../rpc/conductor.ts'
import type { HostName } from '../domain/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Random } from '../ports/random.ts'
import { millis } from '../domain/unit/units.ts'
import { problemOf } from '../domain/error.ts'

/** The signs of life of all hosts of one process that belong to one cell: one message for many of them. */
export interface Pulse {
  /** Gives a function that takes the host out again; it resolves when nothing is asked of the host any more. */
  join(member: PulseMember): () => Promise<void>
}

export type Sign = Heartbeat['hosts'][number]

/** A host whose life is to be shown. */
export interface PulseMember {
  readonly host: HostName
  /** What is to be said of it now; null: nothing, this time. */
  sign(): Promise<Sign | null>
  /** It was said. @param known false where it has to say hello */
  said(known: boolean, sign: Sign): Promise<void>
}

export interface PulseDeps {
  readonly conductor: Pick<Client<typeof conductorContract.methods>, 'heartbeat'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly every: Millis
  /** Goes along with the messages. */
  readonly traceId: string
}

const HOSTS_PER_MESSAGE = 500

export function pulse(deps: PulseDeps): Pulse {
  const { clock, log } = deps
  const members = new Map<HostName, PulseMember>()
  let beating: Promise<void> | null = null
  let stopping = new AbortController()

  async function beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(millis(deps.every * (0.9 + deps.random.next() / 10)), signal)
      const all = [...members.values()]
      for (let start = 0; start < all.length && !signal.aborted; start += HOSTS_PER_MESSAGE) {
        await tell(all.slice(start, start + HOSTS_PER_MESSAGE))
      }
    }
  }

  async function tell(some: readonly PulseMember[]): Promise<void> {
    const signs = (await Promise.all(some.map((member) => survive(member.host, () => member.sign())))).filter(
      (sign) => sign !== null && sign !== undefined,
    )
    if (signs.length === 0) return
    const answer = await survive(null, () => deps.conductor.heartbeat({ hosts: signs }, { traceId: deps.traceId }))
    if (answer === undefined) return
    const unknown = new Set(answer.unknown)
    for (const sign of signs) {
      const { host } = sign
      await survive(host, async () => members.get(host)?.said(!unknown.has(host), sign))
    }
  }

  /** What goes wrong with one beat must not be the end of all. */
  async function survive<T>(host: HostName | null, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      log.info('a heartbeat did not get through', { host, code: problemOf(error).code })
      return undefined
    }
  }

  return {
    join: (member) => {
      members.set(member.host, member)
      if (beating === null) {
        stopping = new AbortController()
        beating = beat(stopping.signal)
      }
      return async () => {
        members.delete(member.host)
        if (members.size > 0 || beating === null) return
        const last = beating
        beating = null
        stopping.abort()
        await last
      }
    },
  }
}
