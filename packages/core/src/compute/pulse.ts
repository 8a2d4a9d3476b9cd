import type { Client } from '../rpc/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Heartbeat, conductorContract } from '../rpc/conductor.ts'
import type { HostName } from '../domain/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Random } from '../ports/random.ts'
import { millis, seconds } from '../domain/unit/units.ts'
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
/** A hypervisor that takes longer to say that it is there is not shown as alive this time. */
const ASKED_FOR = seconds(2)

export function pulse(deps: PulseDeps): Pulse {
  const { clock, log } = deps
  const members = new Map<HostName, PulseMember>()
  const running = new Map<string, Promise<void>>()
  let beating: Promise<void> | null = null
  let stopping = new AbortController()

  async function beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(millis(deps.every * (0.9 + deps.random.next() / 10)), signal)
      const all = [...members.values()]
      for (let start = 0; start < all.length && !signal.aborted; start += HOSTS_PER_MESSAGE) {
        await tell(all.slice(start, start + HOSTS_PER_MESSAGE)).catch((error: unknown) => {
          log.info('the heartbeat of a process did not get through', { code: problemOf(error).code })
        })
      }
    }
  }

  /** Who is slow to answer is left out of this message, and keeps nobody else from being heard of. */
  async function tell(some: readonly PulseMember[]): Promise<void> {
    const signs: Sign[] = []
    const asking = some.map((member) =>
      alone(`sign ${member.host}`, member.host, async () => {
        const sign = await member.sign()
        if (sign !== null) signs.push(sign)
      }),
    )
    const patience = new AbortController()
    await Promise.race([Promise.all(asking), clock.sleep(ASKED_FOR, patience.signal)])
    patience.abort()
    const said = [...signs]
    if (said.length === 0) return
    const { unknown } = await deps.conductor.heartbeat({ hosts: said }, { traceId: deps.traceId })
    const strangers = new Set(unknown)
    for (const sign of said) {
      void alone(`said ${sign.host}`, sign.host, async () =>
        members.get(sign.host)?.said(!strangers.has(sign.host), sign),
      )
    }
  }

  /** Not while the same is still under way. What goes wrong with one host must not be the end of all. */
  function alone(what: string, host: HostName, work: () => Promise<void>): Promise<void> {
    if (running.has(what)) return Promise.resolve()
    const mine = work()
      .catch((error: unknown) => log.info('a heartbeat did not get through', { host, code: problemOf(error).code }))
      .finally(() => running.delete(what))
    running.set(what, mine)
    return mine
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
        await Promise.all([running.get(`sign ${member.host}`), running.get(`said ${member.host}`)])
        if (members.size > 0 || beating === null) return
        const last = beating
        beating = null
        stopping.abort()
        await last
      }
    },
  }
}
