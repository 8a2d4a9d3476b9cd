import type { AgentDeps, OrderDeps } from './deps.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Desk } from './desk.ts'
import type { GuestEvent, HypervisorHost } from '../ports/hypervisor.ts'
import type { Listening } from '../ports/transport.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Order } from './order.ts'
import type { Question } from '../rpc/questions.ts'
import type { Report } from '../domain/operation/operation.ts'
import type { ServerId } from '../domain/ids.ts'
import { actionOrders } from './orders/act/index.ts'
import { answerTo } from './questions/questions.ts'
import { bury } from './orders/bury.ts'
import { client, serve } from '../rpc/index.ts'
import { conductorAddress, conductorContract } from '../rpc/conductor.ts'
import { desk } from './desk.ts'
import { destroy } from './orders/destroy.ts'
import { deviceOrders } from './orders/devices/index.ts'
import { fences } from './fences.ts'
import { heldNics } from './held-nics.ts'
import { heldVolumes } from './held-volumes.ts'
import { hostAddress, hostContract } from '../rpc/host.ts'
import { insisting } from './insist.ts'
import { presence, type Presence } from './presence.ts'
import { problemOf } from '../domain/error.ts'
import { resizeOrders } from './orders/resize/index.ts'
import { seconds } from '../domain/unit/units.ts'
import { snapshotOrders } from './orders/snapshot/index.ts'
import { spawn } from './orders/spawn.ts'
import { turns } from './turns.ts'
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

const orders = [
  spawn,
  destroy,
  bury,
  ...actionOrders,
  ...snapshotOrders,
  ...deviceOrders,
  ...resizeOrders,
] as unknown as readonly Order<never>[]
/** How long the last heartbeat may take to see that the agent stops. */
const STOP_WITHIN = seconds(5)

/** What there is once the hypervisor is open. */
interface Open {
  readonly hypervisor: HypervisorHost
  readonly table: Desk
  readonly presence: Presence
  readonly listening: Listening
  unlisten(): void
}

export function agent(deps: AgentDeps): Agent {
  const { host, clock, transport, log } = deps
  const conductor = client(conductorContract, transport, conductorAddress(deps.cell), deps)
  const stopping = new AbortController()
  const insist = insisting(host, deps, stopping.signal)
  const opened = Promise.withResolvers<Open>()
  let open: Open | null = null
  /** What is told of one guest arrives in the order in which it happened. */
  const events = turns<ServerId>()

  /** A report that nobody takes is a sign that this host has missed something: it asks what is to become of its guests. */
  async function deliver(answer: Report): Promise<void> {
    const reply = await insist('a report', () => conductor.report(answer, { traceId: answer.operation }))
    if (reply?.taken === false) await open?.presence.greet()
  }

  const report = (answer: Report): void => {
    deliver(answer).catch((error: unknown) => log.error('a report was lost', { host, ...problemOf(error) }))
  }

  function passOn(event: GuestEvent, table: Desk): void {
    // What it shows in the end is what the report of the order will say.
    if (table.busy(event.server)) return
    const tell = (): Promise<unknown> => conductor.guestEvent({ host, event }, { traceId: event.server })
    events.take(event.server, tell).catch((error: unknown) => {
      log.debug('an event was lost; the next greeting will tell', { host, code: problemOf(error).code })
    })
  }

  async function openUp(): Promise<Open> {
    const { driver, memory, ids, random, volumes } = deps
    const hypervisor = await driver.open({ host, clock, random: random.fork(`driver/${host}`), ids, log, memory })
    const order: OrderDeps = { ...deps, hypervisor, held: heldVolumes(memory, volumes), nics: heldNics(memory) }
    const table = desk({ order, orders, fences: fences(memory), report })
    const command = async (one: Command): Promise<{ taken: boolean }> => ({ taken: await table.take(one) })
    const ask = (question: Question): ReturnType<typeof answerTo> => answerTo(hypervisor, question)
    const listening = await serve(hostContract, transport, hostAddress(host), { command, ask }, { clock, log })
    const unlisten = hypervisor.events((event) => passOn(event, table))
    return {
      hypervisor,
      table,
      listening,
      unlisten,
      presence: presence(deps, { hypervisor, table, conductor, insist }),
    }
  }

  return {
    start: async () => {
      open = await openUp()
      opened.resolve(open)
      open.presence.start()
    },
    greeted: async (patient) => {
      const patience = new AbortController()
      const late = clock.sleep(patient, AbortSignal.any([patience.signal, stopping.signal])).then(() => false)
      const known = opened.promise.then((one) => one.presence.known).then(() => true)
      const inTime = await Promise.race([known, late])
      patience.abort()
      return inTime
    },
    stop: async () => {
      stopping.abort()
      if (open === null) return
      open.unlisten()
      await open.listening.close()
      await open.table.close()
      if (!(await within(clock, STOP_WITHIN, open.presence.stop())))
        log.warn('a heartbeat does not end; it is left to itself', { host })
      await open.hypervisor.close()
    },
  }
}
