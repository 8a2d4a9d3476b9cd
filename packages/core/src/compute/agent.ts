import type { AgentDeps, OrderDeps } from './deps.ts'
import type { Client } from '../rpc/index.ts'
import type { Desk } from './desk.ts'
import type { GuestVerdict, Welcome } from '../rpc/conductor.ts'
import type { HypervisorHost, NodeInventory } from '../ports/hypervisor.ts'
import type { Listening } from '../ports/transport.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Order } from './order.ts'
import type { Report } from '../domain/operation/operation.ts'
import type { ServerId } from '../domain/ids.ts'
import { bury } from './orders/bury.ts'
import { client, serve } from '../rpc/index.ts'
import { conductorAddress, conductorContract } from '../rpc/conductor.ts'
import { desk } from './desk.ts'
import { destroy } from './orders/destroy.ts'
import { fences } from './fences.ts'
import { hostAddress, hostContract } from '../rpc/host.ts'
import { millis, seconds } from '../domain/unit/units.ts'
import { problemOf } from '../domain/error.ts'
import { spawn } from './orders/spawn.ts'
import { turns } from './turns.ts'
import { withFacetTraits } from './facet-traits.ts'
import { within } from './within.ts'

/** The agent on a hypervisor host: carries out commands, reports, and shows that it lives. */
export interface Agent {
  /** Opens the hypervisor. Resolves when commands are heard; the conductor is greeted in the background. */
  start(): Promise<void>
  /** Resolves when a conductor has answered the greeting, or after that long. */
  greeted(within: Millis): Promise<boolean>
  /** Lets go; guests run on. */
  stop(): Promise<void>
}

type Conductor = Client<typeof conductorContract.methods>

const orders: readonly Order<never>[] = [spawn, destroy, bury] as unknown as readonly Order<never>[]
const RETRY_FIRST = millis(100)
const RETRY_MOST = seconds(5)
/** How long the last heartbeat may take to see that the agent stops. */
const STOP_WITHIN = seconds(5)

export function agent(deps: AgentDeps): Agent {
  const { host, clock, transport, log } = deps
  const conductor = client(conductorContract, transport, conductorAddress(deps.cell), deps)
  const boot = deps.ids.uuid()
  const stopping = new AbortController()
  const stream = deps.random.fork(`agent/${host}`)
  let hypervisor: HypervisorHost | null = null
  let work: Desk | null = null
  let listening: Listening | null = null
  let unlisten = (): void => undefined
  let beating: Promise<void> = Promise.resolve()
  let declared = ''
  /** The latest greeting was answered, and everything in the answer was seen to. */
  let welcomed = false
  const known = Promise.withResolvers<void>()
  /** What is told of one guest arrives in the order in which it happened. */
  const events = turns<ServerId>()

  /** Until it succeeds, the agent stops, or it can never succeed: at least once. */
  async function insist<T>(what: string, attempt: () => Promise<T>): Promise<T | null> {
    for (let pause: Millis = RETRY_FIRST; !stopping.signal.aborted; pause = millis(Math.min(pause * 2, RETRY_MOST))) {
      try {
        return await attempt()
      } catch (error) {
        const { code, help } = problemOf(error)
        log.info(`${what} did not get through`, { host, code })
        if (help === 'never') return null
        await clock.sleep(millis(pause * (0.5 + stream.next() / 2)), stopping.signal)
      }
    }
    return null
  }

  /** A report that nobody takes is a sign that this host has missed something: it asks what is to become of its guests. */
  async function deliver(answer: Report): Promise<void> {
    const reply = await insist('a report', () => conductor.report(answer, { traceId: answer.operation }))
    if (reply?.taken === false && hypervisor !== null && work !== null) await greet(hypervisor, work)
  }

  async function greet(host: HypervisorHost, table: Desk): Promise<void> {
    welcomed = false
    const welcome = await insist('the greeting', async () => {
      const nodes = await inventoryOf(host)
      declared = JSON.stringify(nodes)
      return sayHello(deps, conductor, host, { boot, nodes })
    })
    if (welcome === null) return
    known.resolve()
    for (const verdict of welcome.guests) await obey(deps, host, table, verdict)
    for (const command of welcome.open) await table.take(command)
    welcomed = true
  }

  async function beat(open: HypervisorHost, table: Desk): Promise<void> {
    await survive(() => greet(open, table))
    while (!stopping.signal.aborted) {
      await clock.sleep(millis(deps.heartbeatEvery * (0.9 + stream.next() / 10)), stopping.signal)
      if (stopping.signal.aborted) return
      await survive(() => beatOnce(open, table))
    }
  }

  /** What goes wrong with one beat must not be the end of all. */
  async function survive(one: () => Promise<void>): Promise<void> {
    await one().catch((error: unknown) => {
      log.info('a heartbeat did not get through', { host, code: problemOf(error).code })
    })
  }

  /** Inventories go along when they have changed. */
  async function beatOnce(open: HypervisorHost, table: Desk): Promise<void> {
    if (!welcomed) return greet(open, table)
    const nodes = await inventoryOf(open)
    const text = JSON.stringify(nodes)
    const sign = { host, boot, ...(text === declared ? {} : { nodes }) }
    const { unknown } = await conductor.heartbeat({ hosts: [sign] }, { traceId: boot })
    declared = text
    if (unknown.includes(host)) return greet(open, table)
    await table.removeEnded(await open.list())
  }

  return {
    start: async () => {
      const { driver, memory, ids, random } = deps
      hypervisor = await driver.open({ host, clock, random: random.fork(`driver/${host}`), ids, log, memory })
      const order: OrderDeps = { ...deps, hypervisor }
      const report = (answer: Report): void => {
        deliver(answer).catch((error: unknown) => log.error('a report was lost', { host, ...problemOf(error) }))
      }
      work = desk({ order, orders, fences: fences(memory), report })
      const command = async (one: Parameters<Desk['take']>[0]): Promise<{ taken: boolean }> => ({
        taken: work !== null && (await work.take(one)),
      })
      listening = await serve(hostContract, transport, hostAddress(host), { command }, { clock, log })
      unlisten = hypervisor.events((event) => {
        // That it runs now is what the report of the order will say.
        if (event.kind === 'started' && work?.busy(event.server) === true) return
        const tell = (): Promise<unknown> => conductor.guestEvent({ host, event }, { traceId: event.server })
        events.take(event.server, tell).catch((error: unknown) => {
          log.debug('an event was lost; the next greeting will tell', { host, code: problemOf(error).code })
        })
      })
      beating = beat(hypervisor, work)
    },
    greeted: async (within) => {
      const patience = new AbortController()
      const late = clock.sleep(within, AbortSignal.any([patience.signal, stopping.signal])).then(() => false)
      const inTime = await Promise.race([known.promise.then(() => true), late])
      patience.abort()
      return inTime
    },
    stop: async () => {
      stopping.abort()
      unlisten()
      await listening?.close()
      await work?.close()
      if (!(await within(clock, STOP_WITHIN, beating)))
        log.warn('a heartbeat does not end; it is left to itself', { host })
      await hypervisor?.close()
    },
  }
}

async function inventoryOf(open: HypervisorHost): Promise<readonly NodeInventory[]> {
  return (await open.inventory()).map((node) => withFacetTraits(node, open))
}

async function sayHello(
  deps: AgentDeps,
  conductor: Conductor,
  open: HypervisorHost,
  self: { readonly boot: string; readonly nodes: readonly NodeInventory[] },
): Promise<Welcome> {
  const guests = await open.list()
  return conductor.hello({ host: deps.host, publicKey: null, ...self, guests }, { traceId: self.boot })
}

/** Removes only what the store has proven to be nobody's here. */
async function obey(
  deps: AgentDeps,
  open: HypervisorHost,
  table: Desk,
  { server, verdict, epoch }: GuestVerdict,
): Promise<void> {
  if (verdict === 'keep') return
  const found = (await open.list()).find((guest) => guest.server === server && guest.epoch === epoch)
  if (found === undefined) return
  if (verdict === 'destroy') return table.remove(found)
  deps.log.warn('a guest is not known and is left alone', { host: deps.host, server, epoch })
}
