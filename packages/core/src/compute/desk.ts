import type { Command } from '../domain/operation/command.ts'
import type { Fences } from './fences.ts'
import type { Guest } from '../ports/hypervisor.ts'
import type { Job, Outcome } from './job.ts'
import type { Order } from './order.ts'
import type { OrderDeps } from './deps.ts'
import type { Report } from '../domain/operation/operation.ts'
import type { ServerId } from '../domain/ids.ts'
import { isGuestCommand } from '../domain/operation/command.ts'
import { afterAbort } from './after-abort.ts'
import { answer, outcomeOf, refusal } from './job.ts'
import { endGuest, type Ending } from './orders/end-guest.ts'
import { problemOf } from '../domain/error.ts'
import { seconds } from '../domain/unit/units.ts'
import { stragglers } from './stragglers.ts'
import { turns } from './turns.ts'
import { within } from './within.ts'

/** Carries out commands, those of one server one after another, and hands out their reports. */
export interface Desk {
  /** @returns false for a command that a newer epoch has overtaken: nothing is done and nothing reported */
  take(command: Command): Promise<boolean>
  /** Whether something is being done to the guest of a server. */
  busy(server: ServerId): boolean
  /** Of the latest order about this guest. */
  sequenceOf(guest: Guest): Promise<number>
  /** Removes a guest that is proven to be nobody's any more. Nobody is told. */
  remove(guest: Guest): Promise<void>
  /** Removes guests that this host was told to end and that are there all the same. */
  removeEnded(guests: readonly Guest[]): Promise<void>
  /** Stops what is under way and takes nothing more. What does not stop within some seconds is left to itself. */
  close(): Promise<void>
}

export interface DeskDeps {
  readonly order: OrderDeps
  readonly orders: readonly Order<never>[]
  readonly fences: Fences
  report(report: Report): void
}

/** How long an order may take to heed that it was aborted. */
const ABORTS_WITHIN = seconds(30)
const CLOSES_WITHIN = seconds(5)

export function desk({ order: deps, orders, fences, report }: DeskDeps): Desk {
  const { clock, host, log } = deps
  const table = new Map(orders.map((one) => [one.name, one as unknown as Order<unknown>]))
  const jobs = new Map<string, Job>()
  /** To be admitted is quick, and must not wait for what is being done. */
  const admissions = turns<string>()
  const works = turns<string>()
  const beside = turns<Job>()
  const lagging = stragglers()
  const queueOf = ({ server }: Pick<Command, 'server'>): string => server ?? `host/${host}`
  let open = true

  async function run(key: string, job: Job, outcome: () => Promise<Outcome>): Promise<void> {
    const result = await outcome()
    if (open) await keep(job, result)
    jobs.delete(key)
    if (open) report(answer(job.command, result))
  }

  /** So that it is not done twice, should its report be lost and it be asked for again. */
  async function keep({ command, order }: Job, outcome: Outcome): Promise<void> {
    if (!order?.once || !isGuestCommand(command)) return
    await fences.remember(command, outcome).catch((error: unknown) => {
      log.error('what an order came to could not be remembered', { host, order: order.name, ...problemOf(error) })
    })
  }

  /** @returns whether it was done before, and its answer is on its way */
  async function answered(command: Command, order: Order<unknown> | undefined): Promise<boolean> {
    if (!order?.once || !isGuestCommand(command)) return false
    const outcome = await fences.answerTo(command)
    if (outcome !== null) report(answer(command, outcome))
    return outcome !== null
  }

  /** After an order that was let go only an end is safe: that one may still be making the guest. */
  async function inTurn(job: Job): Promise<Outcome> {
    const queue = queueOf(job.command)
    if (job.abort.signal.aborted) return refusal('the order was overtaken before its turn')
    if (!job.order?.ends && lagging.has(queue)) return refusal('an earlier order for the guest has not ended')
    return finished(job, (work) => lagging.add(queue, sweepAfter(work, job.command)))
  }

  /** As it ends, or a refusal when it was aborted and does not end: then `letGo` gets what goes on. */
  async function finished(job: Job, letGo: (work: Promise<Outcome>) => void): Promise<Outcome> {
    const work = outcomeOf(deps, job)
    const patience = afterAbort(clock, job.abort.signal, ABORTS_WITHIN)
    const outcome = await Promise.race([work, patience.passed])
    patience.cancel()
    if (outcome !== undefined) return outcome
    const { order, server, epoch } = job.command
    log.error('an order was aborted and does not end; it is not waited for any longer', { host, order, server, epoch })
    letGo(work)
    return refusal('the order was aborted and did not end')
  }

  /** Where it was aborted because its guest is to be gone, so is what it made since. */
  async function sweepAfter(work: Promise<Outcome>, { server, epoch, node }: Command): Promise<void> {
    await work
    if (server === null || !(await fences.hasEnded({ server, epoch }))) return
    await works.take(server, () => sweep({ server, epoch, node }))
  }

  async function sweep(ending: Ending): Promise<void> {
    if (!open) return
    await endGuest(deps, ending, []).catch((error: unknown) => {
      const { server } = ending
      log.error('what is left of a guest could not be removed; it is tried again', {
        host,
        server,
        ...problemOf(error),
      })
    })
  }

  async function mayPass({ server, epoch, sequence }: Command, order: Order<unknown> | undefined): Promise<boolean> {
    if (server === null) return true
    const pass = { epoch, sequence, ends: order?.ends === true, plugs: order?.plugs === true }
    return (await fences.admit(server, pass)) || order?.late === true
  }

  async function admit(command: Command): Promise<boolean> {
    const key = `${command.operation}/${command.step}`
    const underWay = jobs.get(key)
    if (underWay !== undefined) {
      if (command.attempt > underWay.command.attempt) underWay.command = command
      return true
    }
    const order = table.get(command.order)
    if (!open || !(await mayPass(command, order))) return false
    if (await answered(command, order)) return true
    abortOvertaken(jobs, command, order)
    const job: Job = { command, order, abort: new AbortController() }
    jobs.set(key, job)
    if (order?.alongside) void beside.take(job, () => run(key, job, () => finished(job, () => undefined)))
    else void works.take(queueOf(command), () => run(key, job, () => inTurn(job)))
    return true
  }

  /** What is there by then may be another: only this very guest is removed. */
  async function removeGuest({ server, epoch }: Guest): Promise<void> {
    const found = (await deps.hypervisor.list()).find((one) => one.server === server && one.epoch === epoch)
    if (found === undefined) return
    log.warn('a guest does not belong here and is removed', { host, server, epoch })
    await sweep(found)
  }

  const remove = (guest: Guest): Promise<void> =>
    admissions.take(guest.server, async () => {
      if (!open) return
      await fences.admit(guest.server, { epoch: guest.epoch, sequence: 0, ends: true })
      works
        .take(guest.server, () => removeGuest(guest))
        .catch((error: unknown) => log.error('guests could not be listed', { host, ...problemOf(error) }))
    })

  return {
    take: (command) => admissions.take(queueOf(command), () => admit(command)),
    busy: (server) => works.busy(server),
    sequenceOf: (guest) => fences.sequenceOf(guest),
    remove,
    removeEnded: async (guests) => {
      for (const guest of guests) {
        if (!works.busy(guest.server) && (await fences.hasEnded(guest))) await remove(guest)
      }
    },
    close: async () => {
      open = false
      for (const job of jobs.values()) job.abort.abort()
      if (await within(clock, CLOSES_WITHIN, Promise.all([works.over(), beside.over()]))) return
      const left = [...jobs.values()].map(({ command: { order, server } }) => ({ order, server }))
      log.warn('orders do not end although they were aborted; they are left to themselves', { host, orders: left })
    },
  }
}

/**
 * What makes a guest, or looks at it, has no sense any more once it is to be removed; and what was given up, or
 * interrupted by an action that came later, must not be done after that.
 */
function abortOvertaken(
  jobs: ReadonlyMap<string, Job>,
  { server, epoch, sequence }: Command,
  newer: Order<unknown> | undefined,
): void {
  if (server === null) return
  const ends = newer?.ends === true
  for (const { command, order, abort } of jobs.values()) {
    if (command.server !== server || order?.ends) continue
    const alike = order?.plugs === newer?.plugs
    const later = command.epoch === epoch && command.sequence < sequence
    const overtaken = command.epoch < epoch || (alike && later)
    if (overtaken || (ends && command.epoch <= epoch)) abort.abort()
  }
}
