import { appendFileSync } from 'node:fs'
import type {
  CellTx,
  Cloud,
  CloudEvent,
  FailPoint,
  FailPointHook,
  GlobalTx,
  PlacementLedger,
  ServerStatus,
} from 'novakit'
import { checkQuiet, cloudPicture, type SeenGuest as WholeGuest } from '@novakit/core/oracles'
import { createCloud, millis, seconds, seededRandom, systemClock, tokens, unixSocket } from 'novakit'
import { placementLedger } from '@novakit/placement'
import { die, serveParent } from './serve-parent.ts'
import { findings, type SeenGuest } from '../check-quiet.ts'
import { create, operator, quick, tenant, unlimited } from '../open-cloud.ts'
import { insideOf } from './inside-of.ts'
import { workload, type Workload } from './workload.ts'

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
export type Heard = CloudEvent & { readonly server: string }

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
  const ledger = placementLedger()
  const cloud = await createCloud({ database, transport, ledger, cells: { west: {} }, timing, failPoint })
  // Written down before anybody can be killed over it.
  const heard = `${database}.heard`
  cloud.events.on('*', (event) => {
    const server = 'server' in event.payload ? event.payload.server : ''
    appendFileSync(heard, `${JSON.stringify({ ...event, server } satisfies Heard)}\n`)
  })
  const inFlight = await liveOperations(cloud)
  await cloud.start()
  return { ...offerOf(cloud), ...mixedOffer(cloud, ledger, heard, inFlight) }
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

/** Operations that somebody has left behind who died. */
async function liveOperations({ container }: Cloud): Promise<number> {
  const count = async (tx: CellTx | GlobalTx): Promise<number> => {
    const db = tx.db<{ operation: { id: string; live: number } }>()
    return (await db.selectFrom('operation').select('id').where('live', '=', 1).execute()).length
  }
  const cells = container.get(tokens.cells).list()
  const counts = [container.get(tokens.global).read(count), ...cells.map((cell) => cell.read(count))]
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0)
}

function mixedOffer(cloud: Cloud, ledger: PlacementLedger, heard: string, inFlight: number) {
  let people: Workload | null = null
  return {
    /** How much was under way when this process began. */
    inFlight: async (): Promise<number> => inFlight,
    /** People do this and that from now on. */
    work: async (seed: string): Promise<void> => {
      people = workload(cloud, seededRandom(seed))
    },
    rest: async (): Promise<void> => people?.rest(),
    /** What does not agree in a cloud at rest. */
    wrong: async (guests: readonly WholeGuest[]): Promise<readonly string[]> => {
      const picture = await cloudPicture(insideOf(cloud, ledger, guests, heard))
      return checkQuiet(picture).filter((finding) => !finding.startsWith('portsAreOfServers'))
    },
    /** What was done to servers that are there. */
    deeds: async (): Promise<number> => {
      const { servers } = await tenant(cloud).servers.list()
      const all = await Promise.all(servers.map(({ id }) => tenant(cloud).servers.actions(id)))
      return all.flat().length
    },
    deleteAll: async (): Promise<void> => {
      for (const { id } of (await tenant(cloud).servers.list()).servers) await tenant(cloud).servers.delete(id)
    },
  }
}

export type Control = Awaited<ReturnType<typeof begin>>
serveParent(begin)
