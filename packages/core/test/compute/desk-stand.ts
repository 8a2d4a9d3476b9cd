import { z } from 'zod'
import type { Command } from '../../src/domain/operation/command.ts'
import type { Guest, GuestRef } from '../../src/ports/hypervisor.ts'
import type { HostName, NodeName, OperationId, ServerId } from '../../src/domain/ids.ts'
import type { ManualClock } from '../../src/system/clock.ts'
import type { Order } from '../../src/compute/order.ts'
import type { OrderDeps } from '../../src/compute/deps.ts'
import type { LocalVolume, VolumeHost } from '../../src/ports/volume.ts'
import type { VolumeConnection } from '../../src/domain/volume/volume.ts'
import type { Report } from '../../src/domain/operation/operation.ts'
import { bury } from '../../src/compute/orders/bury.ts'
import { desk, type Desk } from '../../src/compute/desk.ts'
import { destroy } from '../../src/compute/orders/destroy.ts'
import { fences, type Fences } from '../../src/compute/fences.ts'
import { heldNics } from '../../src/compute/held-nics.ts'
import { heldVolumes } from '../../src/compute/held-volumes.ts'
import { id } from '../../src/domain/ids.ts'
import { manualClock } from '../../src/system/clock.ts'
import { nextRound } from '../../src/system/event-loop.ts'
import { volatileHostMemory } from '../../src/system/host-memory.ts'

export const web = id<ServerId>('web')

/** An order whose every call waits until the test says how it ends. */
export interface Gate {
  readonly begun: readonly { readonly command: Command; readonly signal: AbortSignal }[]
  /** Ends the call that has begun first and not ended. */
  end(error?: Error): void
}

export interface Stand {
  readonly desk: Desk
  readonly fences: Fences
  readonly clock: ManualClock
  readonly reports: readonly Report[]
  readonly guests: Guest[]
  /** What was removed and unplugged, in order. */
  readonly calls: string[]
  readonly warnings: readonly string[]
  readonly deps: OrderDeps
}

/** A desk over a hypervisor of two nodes that does what it is told at once. */
export function deskStand(orders: readonly Order<never>[] = []): Stand {
  const clock = manualClock()
  const reports: Report[] = []
  const guests: Guest[] = []
  const calls: string[] = []
  const warnings: string[] = []
  const log = (message: string): void => void warnings.push(message)
  const hypervisor = {
    list: async () => [...guests],
    inventory: async () => [{ node: 'n1' }, { node: 'n2' }],
    destroy: async ({ server, node, epoch }: GuestRef) => {
      calls.push(`destroy ${server}@${epoch} on ${node}`)
      const at = guests.findIndex((one) => one.server === server && one.node === node)
      if (at !== -1) guests.splice(at, 1)
    },
  }
  const networks = { unplug: async (server: ServerId) => void calls.push(`unplug ${server}`) }
  const logs = { debug: log, info: log, warn: log, error: log }
  const volumes = {
    attach: async ({ attachment, volume }: VolumeConnection): Promise<LocalVolume> => {
      calls.push(`have ${attachment}`)
      return { volume, attachment, path: `/dev/${volume}`, format: 'raw' }
    },
    detach: async ({ attachment }: VolumeConnection) => void calls.push(`let go of ${attachment}`),
  }
  const held = heldVolumes(volatileHostMemory(), volumes as unknown as VolumeHost)
  const nics = heldNics(volatileHostMemory())
  const deps = { host: 'h1', clock, hypervisor, networks, held, nics, log: logs } as unknown as OrderDeps
  const fence = fences(volatileHostMemory())
  const known = [destroy, bury, ...orders] as unknown as readonly Order<never>[]
  const table = desk({ order: deps, orders: known, fences: fence, report: (one) => void reports.push(one) })
  return { desk: table, fences: fence, clock, reports, guests, calls, warnings, deps }
}

/** @param heeds whether a call ends, with an error, when it is aborted */
export function gate(
  name: string,
  more: Partial<Order<unknown>> = {},
  heeds = true,
): Gate & { readonly order: Order<never> } {
  const begun: { command: Command; signal: AbortSignal }[] = []
  const open: PromiseWithResolvers<void>[] = []
  const run = async (_: OrderDeps, command: Command, _payload: unknown, signal: AbortSignal): Promise<null> => {
    const ending = Promise.withResolvers<void>()
    begun.push({ command, signal })
    open.push(ending)
    if (heeds) signal.addEventListener('abort', () => ending.reject(new Error('aborted')))
    await ending.promise
    return null
  }
  const order = { name, about: 'guest', payload: z.unknown(), run, ...more } as unknown as Order<never>
  const end = (error?: Error): void => {
    const ending = open.shift()
    if (error === undefined) ending?.resolve()
    else ending?.reject(error)
  }
  return { order, begun, end }
}

export function guest(epoch: number, node = 'n1'): Guest {
  return { server: web, node: id<NodeName>(node), epoch, power: 'running' }
}

let count = 0

export function command(order: string, epoch: number, more: Partial<Command> = {}): Command {
  return {
    operation: id<OperationId>(`operation-${++count}`),
    step: order,
    attempt: 1,
    host: id<HostName>('h1'),
    node: id<NodeName>('n1'),
    server: web,
    epoch,
    sequence: 0,
    order,
    payload: { nics: [] },
    ...more,
  }
}

/** Lets everything happen that needs no time. */
export async function rounds(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextRound()
}
