import type { AgentDeps } from './deps.ts'
import type { Client } from '../rpc/index.ts'
import type { Desk } from './desk.ts'
import type { GuestVerdict, conductorContract } from '../rpc/conductor.ts'
import type { Guest, HypervisorHost, NodeInventory } from '../ports/hypervisor.ts'
import type { Insist } from './insist.ts'
import type { Instant } from '../domain/unit/units.ts'
import type { Sign } from './pulse.ts'
import { census } from './census.ts'
import { elapsed } from '../domain/unit/units.ts'
import { problemOf } from '../domain/error.ts'
import { withFacetTraits } from './facet-traits.ts'

/** What a host's agent says of the host: the greeting when it starts, and that it lives. */
export interface Presence {
  /** Resolves when a conductor has answered the first greeting. */
  readonly known: Promise<void>
  /** Greets, unless it is at that already: it learns what it has to do, and what is to become of its guests. */
  greet(): Promise<void>
  /** Begins to greet and to show that it lives. */
  start(): void
  stop(): Promise<void>
}

export interface PresenceParts {
  readonly hypervisor: HypervisorHost
  readonly table: Desk
  readonly conductor: Client<typeof conductorContract.methods>
  readonly insist: Insist
}

export function presence(deps: AgentDeps, { hypervisor, table, conductor, insist }: PresenceParts): Presence {
  const { host, clock, log } = deps
  const boot = deps.ids.uuid()
  const known = Promise.withResolvers<void>()
  /** The latest greeting was answered, and everything in the answer was seen to. */
  let welcomed = false
  let greeting: Promise<void> | null = null
  let onceMore = false
  let leave: () => Promise<void> = async () => undefined
  /** The inventories that conductors know, as text. */
  let declared = ''
  let surveyedAt: Instant | null = null
  let guests: readonly Guest[] = []
  const counted = census({ table, every: deps.censusEvery, list: () => hypervisor.list() })

  async function inventory(): Promise<readonly NodeInventory[]> {
    return (await hypervisor.inventory()).map((node) => withFacetTraits(node, hypervisor))
  }

  async function greetOnce(): Promise<void> {
    welcomed = false
    const welcome = await insist('the greeting', async () => {
      const nodes = await inventory()
      const guests = await hypervisor.list()
      const answer = await conductor.hello({ host, boot, publicKey: null, nodes, guests }, { traceId: boot })
      declared = JSON.stringify(nodes)
      counted.told(guests)
      return answer
    })
    if (welcome === null) return
    surveyedAt = clock.now()
    known.resolve()
    for (const verdict of welcome.guests) await obey(verdict)
    for (const command of welcome.open) await table.take(command)
    welcomed = true
  }

  /** Removes only what the store has proven to be nobody's here. */
  async function obey({ server, verdict, epoch }: GuestVerdict): Promise<void> {
    if (verdict === 'keep') return
    const found = (await hypervisor.list()).find((guest) => guest.server === server && guest.epoch === epoch)
    if (found === undefined) return
    if (verdict === 'destroy') return table.remove(found)
    log.warn('a guest is not known and is left alone', { host, server, epoch })
  }

  /** Whoever asks during a greeting has learnt something after it began: it is followed by another. */
  const greet = (): Promise<void> => {
    if (greeting !== null) {
      onceMore = true
      return greeting
    }
    greeting = greetOnce()
      .catch((error: unknown) => log.info('a greeting failed', { host, code: problemOf(error).code }))
      .finally(() => {
        greeting = null
      })
      .then(() => {
        if (!onceMore) return
        onceMore = false
        return greet()
      })
    return greeting
  }

  /**
   * A host whose hypervisor does not answer is not shown as alive. Inventories are looked at now and then, and go along
   * when they have changed.
   */
  async function sign(): Promise<Sign | null> {
    if (!welcomed) {
      if (greeting === null) void greet()
      return null
    }
    guests = await hypervisor.list()
    if (surveyedAt !== null && elapsed(surveyedAt, clock.now()) < deps.surveyEvery) return { host, boot }
    surveyedAt = clock.now()
    const nodes = await inventory()
    return JSON.stringify(nodes) === declared ? { host, boot } : { host, boot, nodes }
  }

  async function said(isKnown: boolean, { nodes }: Sign): Promise<void> {
    if (!isKnown) return void greet()
    if (nodes !== undefined) declared = JSON.stringify(nodes)
    await table.removeEnded(guests)
    await tellNews()
  }

  /** What is not heard is told again next time. */
  async function tellNews(): Promise<void> {
    const news = await counted.news(guests, clock.now())
    if (news.length === 0) return
    try {
      await conductor.census({ host, guests: news }, { traceId: boot })
      counted.told(news)
    } catch (error) {
      log.info('what guests show was not heard; it is told again', { host, code: problemOf(error).code })
    }
  }

  return {
    known: known.promise,
    greet,
    start: () => {
      void greet()
      leave = deps.pulse.join({ host, sign, said })
    },
    stop: async () => {
      await leave()
      await greeting
    },
  }
}
