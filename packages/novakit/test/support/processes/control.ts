import { appendFileSync } from 'node:fs'
import type { Cloud, FailPoint, FailPointHook, ServerStatus } from 'novakit'
import { createCloud, millis, seconds, systemClock, unixSocket } from 'novakit'
import { die, serveParent } from './serve-parent.ts'
import { findings, type SeenGuest } from '../check-quiet.ts'
import { create, operator, quick, tenant, unlimited } from '../open-cloud.ts'

/** Conductor and API in a process of their own. */
export interface ControlOptions {
  readonly database: string
  readonly socket: string
}

/** Where it dies: at one of the points of a step, from its n-th visit on. */
export interface KillAt {
  readonly kind: string
  readonly step: string
  readonly point: FailPoint
  readonly visit: number
}

/** An event, as a listener in this process heard it. */
export interface Heard {
  readonly id: string
  readonly name: string
  readonly server: string
}

let trap: (KillAt & { seen: number }) | null = null
/** While it is set, no request for servers is given a place. */
let gate: PromiseWithResolvers<void> | null = null

const failPoint: FailPointHook = async (point, { kind }, step) => {
  if (step === 'place' && point === 'before') await gate?.promise
  if (trap === null || trap.kind !== kind || trap.step !== step) return
  if (point === 'before') trap.seen++
  if (trap.point === point && trap.seen >= trap.visit) await die()
}

async function begin({ database, socket }: ControlOptions) {
  const transport = unixSocket({ path: socket, role: 'hub' })
  await transport.open()
  const timing = { ...quick, leaseFor: millis(300), scanEvery: millis(50), commandEvery: millis(300) }
  const cloud = await createCloud({ database, transport, cells: { west: {} }, timing, failPoint })
  // Written down before anybody can be killed over it.
  cloud.events.on('*', ({ id, name, payload }) => {
    const server = 'server' in payload ? payload.server : ''
    appendFileSync(`${database}.heard`, `${JSON.stringify({ id, name, server } satisfies Heard)}\n`)
  })
  await cloud.start()
  return offerOf(cloud)
}

function offerOf(cloud: Cloud) {
  const verbs = tenant(cloud)
  return {
    /** When hosts are known. */
    ready: async (hosts: readonly string[]): Promise<void> => {
      await unlimited(cloud)
      for (;;) {
        const known = (await operator(cloud).hosts.list()).hosts.filter(({ up, mapped }) => up && mapped)
        if (hosts.every((name) => known.some((host) => host.name === name))) return
        await systemClock.sleep(millis(20))
      }
    },
    arm: async (at: KillAt): Promise<void> => {
      trap = { ...at, seen: 0 }
    },
    create: async (name: string): Promise<string> => (await create(verbs, { name, idempotencyKey: name })).id,
    delete: (server: string): Promise<void> => verbs.servers.delete(server),
    /** Asks for a server and deletes it before it has a place. */
    cancel: async (name: string): Promise<void> => {
      gate = Promise.withResolvers()
      const { id } = await create(verbs, { name, idempotencyKey: name })
      await verbs.servers.delete(id)
      gate.resolve()
      gate = null
    },
    until: async (server: string, state: 'active' | 'deleted'): Promise<void> => {
      await verbs.servers.until(server, state as 'active', { timeout: seconds(15) })
    },
    list: async (): Promise<readonly { id: string; name: string; status: ServerStatus }[]> =>
      (await verbs.servers.list()).servers.map(({ id, name, status }) => ({ id, name, status })),
    findings: (guests: readonly SeenGuest[]): Promise<readonly string[]> => findings(cloud, guests),
  }
}

export type Control = ReturnType<typeof offerOf>
serveParent(begin)
