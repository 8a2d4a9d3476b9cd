import { z } from 'zod'
import type { Address } from '../ports/transport.ts'
import type { CellId, HostName, ServerId } from '../domain/ids.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Contract, Method } from './contract.ts'
import type { Guest, GuestEvent, NodeInventory } from '../ports/hypervisor.ts'
import type { Report } from '../domain/operation/operation.ts'
import { command, countedGuest, guest, nodeInventory, report } from './schemas.ts'
import { defineContract } from './contract.ts'
import { seconds } from '../domain/unit/units.ts'

export const conductorAddress = (cell: CellId): Address => `cell/${cell}/conductor`

/** What an agent says when it starts, and again whenever the conductor does not know it (any more). */
export interface Hello {
  readonly host: HostName
  /** New at each start of the agent. */
  readonly boot: string
  /**
   * With what secrets for this host alone will be sealed. Null: it has none, and opens what is sealed with the key of the
   * whole cloud. Only kept so far; nothing is sealed with it yet.
   */
  readonly publicKey: string | null
  readonly nodes: readonly NodeInventory[]
  readonly guests: readonly Guest[]
}

/** What is to become of a guest that the agent found. */
export interface GuestVerdict {
  readonly server: ServerId
  /**
   * `keep`: it is where it belongs. `destroy`: the store proves that it changed hands or was deleted. `quarantine`:
   * nobody knows it; it is left alone and shown to the operator.
   */
  readonly verdict: 'keep' | 'destroy' | 'quarantine'
  readonly epoch: number
}

export interface Welcome {
  /** Commands of this host that have no answer yet. */
  readonly open: readonly Command[]
  readonly guests: readonly GuestVerdict[]
}

export interface Heartbeat {
  readonly hosts: readonly {
    readonly host: HostName
    readonly boot: string
    readonly nodes?: readonly NodeInventory[]
  }[]
}

/** What a guest shows, and up to which of its server's orders. */
export interface CountedGuest extends Guest {
  /** Of the latest order that the host has seen: what has begun since makes this out of date. */
  readonly sequence: number
}

export interface Census {
  readonly host: HostName
  readonly guests: readonly CountedGuest[]
}

type ConductorMethods = {
  readonly hello: Method<Hello, Welcome>
  /** One message for all hosts of a process. `unknown` hosts must say hello. */
  readonly heartbeat: Method<Heartbeat, { unknown: readonly HostName[] }>
  /** Answered when the report is stored, or proven to be of no use: the agent may forget it then. */
  readonly report: Method<Report, { taken: boolean }>
  /** What guests show that is not as it was told last. */
  readonly census: Method<Census, Record<string, never>>
  readonly guestEvent: Method<{ host: HostName; event: GuestEvent }, Record<string, never>>
}

const host = z.string().min(1).max(255) as unknown as z.ZodType<HostName>
const server = z.string().min(1).max(255) as unknown as z.ZodType<ServerId>

/** Of conductors that share an address one may stand still: then another is asked, before the host counts as silent. */
const ANSWERED_WITHIN = seconds(4)

/** What agents ask of the conductors of their cell. */
export const conductorContract: Contract<ConductorMethods> = defineContract('conductor', {
  hello: {
    version: 1,
    request: z.object({
      host,
      boot: z.string(),
      publicKey: z.string().max(4096).nullable(),
      nodes: z.array(nodeInventory).max(4096),
      guests: z.array(guest).max(100_000),
    }) as z.ZodType<Hello>,
    reply: z.object({
      open: z.array(command),
      guests: z.array(
        z.object({ server, verdict: z.enum(['keep', 'destroy', 'quarantine']), epoch: z.number().int() }),
      ),
    }) as z.ZodType<Welcome>,
    timeout: seconds(20),
  },
  heartbeat: {
    version: 1,
    request: z.object({
      hosts: z
        .array(z.object({ host, boot: z.string(), nodes: z.array(nodeInventory).max(4096).optional() }))
        .max(100_000),
    }) as unknown as z.ZodType<Heartbeat>,
    reply: z.object({ unknown: z.array(host) }),
    timeout: ANSWERED_WITHIN,
  },
  report: { version: 1, request: report, reply: z.object({ taken: z.boolean() }), timeout: ANSWERED_WITHIN },
  census: {
    version: 1,
    request: z.object({
      host,
      guests: z.array(countedGuest).max(100_000),
    }) as z.ZodType<Census>,
    reply: z.object({}),
    timeout: seconds(20),
  },
  guestEvent: {
    version: 1,
    request: z.object({
      host,
      event: z.object({
        server,
        kind: z.enum([
          'started',
          'stopped',
          'paused',
          'resumed',
          'suspended',
          'postcopy_started',
          'migration_completed',
        ]),
        at: z.number(),
      }),
    }) as unknown as z.ZodType<{ host: HostName; event: GuestEvent }>,
    reply: z.object({}),
    timeout: ANSWERED_WITHIN,
  },
})
