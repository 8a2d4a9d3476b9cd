import type { Command } from '../domain/operation/command.ts'
import type { Fences } from './fences.ts'
import type { Guest } from '../ports/hypervisor.ts'
import type { Json } from '../domain/json.ts'
import type { Order } from './order.ts'
import type { OrderDeps } from './deps.ts'
import type { Report } from '../domain/operation/operation.ts'
import type { ServerId } from '../domain/ids.ts'
import { hostErrors } from '../domain/host/errors.ts'
import { isNovakitError, problemOf } from '../domain/error.ts'
import { turns } from './turns.ts'

/** Carries out commands, those of one server one after another, and hands out their reports. */
export interface Desk {
  /** @returns false for a command that a newer epoch has overtaken: nothing is done and nothing reported */
  take(command: Command): Promise<boolean>
  /** Removes a guest that is proven to be nobody's any more. Nobody is told. */
  remove(guest: Guest): Promise<void>
  /** Removes guests that this host was told to end and that are there all the same. */
  removeEnded(guests: readonly Guest[]): Promise<void>
  /** Stops what is under way and takes nothing more. */
  close(): Promise<void>
}

interface Job {
  /** The latest attempt: a command that is sent again while it is under way is answered once. */
  command: Command
  readonly ends: boolean
  readonly abort: AbortController
}

export interface DeskDeps {
  readonly order: OrderDeps
  readonly orders: readonly Order<never>[]
  readonly fences: Fences
  report(report: Report): void
}

export function desk({ order: deps, orders, fences, report }: DeskDeps): Desk {
  const table = new Map(orders.map((one) => [one.name, one as unknown as Order<unknown>]))
  const jobs = new Map<string, Job>()
  /** To be admitted is quick, and must not wait for what is being done. */
  const admissions = turns<ServerId>()
  const works = turns<ServerId>()
  let open = true

  async function run(key: string, job: Job): Promise<void> {
    const outcome = await outcomeOf(deps, table, job)
    jobs.delete(key)
    if (open) report(answer(job.command, outcome))
  }

  async function admit(command: Command): Promise<boolean> {
    const key = `${command.operation}/${command.step}`
    const underWay = jobs.get(key)
    if (underWay !== undefined) {
      if (command.attempt > underWay.command.attempt) underWay.command = command
      return true
    }
    const ends = table.get(command.order)?.ends === true
    if (!open || !(await fences.admit(command.server, command.epoch, ends))) return false
    if (ends) abortOthers(jobs, command.server)
    const job: Job = { command, ends, abort: new AbortController() }
    jobs.set(key, job)
    void works.take(command.server, () => run(key, job))
    return true
  }

  const remove = (guest: Guest): Promise<void> =>
    admissions.take(guest.server, async () => {
      if (!open) return
      await fences.admit(guest.server, guest.epoch, true)
      void works.take(guest.server, () => removeGuest(deps, guest))
    })

  return {
    take: (command) => admissions.take(command.server, () => admit(command)),
    remove,
    removeEnded: async (guests) => {
      for (const guest of guests) {
        if (!works.busy(guest.server) && (await fences.hasEnded(guest))) await remove(guest)
      }
    },
    close: async () => {
      open = false
      for (const job of jobs.values()) job.abort.abort()
      await works.over()
    },
  }
}

/** What makes a guest has no sense any more once it is to be removed. */
function abortOthers(jobs: ReadonlyMap<string, Job>, server: ServerId): void {
  for (const job of jobs.values()) {
    if (job.command.server === server && !job.ends) job.abort.abort()
  }
}

/** What is there by then may be another: only this very guest is removed. */
async function removeGuest({ hypervisor, networks, log, host }: OrderDeps, guest: Guest): Promise<void> {
  const { server, epoch } = guest
  try {
    const found = (await hypervisor.list()).find((one) => one.server === server && one.epoch === epoch)
    if (found === undefined) return
    log.warn('a guest does not belong here and is removed', { host, server, epoch })
    await hypervisor.destroy(found, {})
    await networks.unplug(server, [])
  } catch (error) {
    log.error('a guest that does not belong here could not be removed; it is tried again', {
      host,
      server,
      ...problemOf(error),
    })
  }
}

async function outcomeOf(
  deps: OrderDeps,
  table: ReadonlyMap<string, Order<unknown>>,
  job: Job,
): Promise<Report['outcome']> {
  const { command, abort } = job
  const order = table.get(command.order)
  try {
    if (order === undefined) throw hostErrors.unsupported({ what: command.order })
    const payload = order.payload.parse(command.payload)
    const output: Json = await order.run(deps, command, payload, abort.signal)
    return { kind: 'done', output }
  } catch (thrown) {
    const error = isNovakitError(thrown) ? thrown : hostErrors.refused({}, { cause: thrown, detail: textOf(thrown) })
    deps.log.warn('an order failed', { order: command.order, server: command.server, ...problemOf(error) })
    return { kind: 'failed', problem: problemOf(error), help: error.help }
  }
}

function textOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 500)
}

function answer(command: Command, outcome: Report['outcome']): Report {
  const { operation, step, attempt, host, server, epoch } = command
  return { operation, step, attempt, host, server, epoch, outcome }
}
