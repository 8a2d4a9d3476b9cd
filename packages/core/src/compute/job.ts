import type { Command } from '../domain/operation/command.ts'
import type { Json } from '../domain/json.ts'
import type { Order } from './order.ts'
import type { OrderDeps } from './deps.ts'
import type { PowerState } from '../domain/server/states.ts'
import type { Report } from '../domain/operation/operation.ts'
import { hostErrors } from '../domain/host/errors.ts'
import { isGuestCommand } from '../domain/operation/command.ts'
import { isNovakitError, problemOf } from '../domain/error.ts'

/** A command that was taken. */
export interface Job {
  /** The latest attempt: a command that is sent again while it is under way is answered once. */
  command: Command
  /** Undefined: nobody here knows such an order, which is its answer. */
  readonly order: Order<unknown> | undefined
  readonly abort: AbortController
}

export type Outcome = Report['outcome']

/** Carries the order out. Never rejects. */
export async function outcomeOf(deps: OrderDeps, job: Job): Promise<Outcome> {
  const { order, server } = job.command
  try {
    return { kind: 'done', output: await carryOut(deps, job) }
  } catch (thrown) {
    const error = isNovakitError(thrown) ? thrown : hostErrors.refused({}, { cause: thrown, detail: textOf(thrown) })
    deps.log.warn('an order failed', { order, server, ...problemOf(error) })
    return { kind: 'failed', problem: problemOf(error), help: error.help, ...(await powerOf(deps, job.command)) }
  }
}

/** What a failed order has left behind: who is told that it failed can show at least that. */
async function powerOf({ hypervisor }: OrderDeps, { server, node, epoch }: Command): Promise<{ power?: PowerState }> {
  if (server === null || node === null) return {}
  try {
    return { power: await hypervisor.power.state({ server, node, epoch }) }
  } catch {
    return {}
  }
}

/** The answer to what is not begun, or not waited for any longer: another host may try. */
export function refusal(detail: string): Outcome {
  const error = hostErrors.refused({}, { detail })
  return { kind: 'failed', problem: problemOf(error), help: error.help }
}

async function carryOut(deps: OrderDeps, { command, order, abort }: Job): Promise<Json> {
  if (order === undefined) throw hostErrors.unsupported({ what: command.order })
  const payload = order.payload.parse(command.payload)
  if (order.about === 'host') return order.run(deps, command, payload, abort.signal)
  if (!isGuestCommand(command)) throw hostErrors.invalid({ what: `no server is named to ${command.order}.` })
  return order.run(deps, command, payload, abort.signal)
}

function textOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 500)
}

export function answer({ operation, step, attempt, host, server, epoch }: Command, outcome: Outcome): Report {
  return { operation, step, attempt, host, server, epoch, outcome }
}
