import { z } from 'zod'
import type { Command } from '../domain/operation/command.ts'
import type { Guest, NodeInventory } from '../ports/hypervisor.ts'
import type { Json } from '../domain/json.ts'
import type { Problem } from '../domain/error.ts'
import type { Report } from '../domain/operation/operation.ts'
import { powerStates } from '../domain/server/states.ts'

/** The shapes that several messages share. They check what crosses a border of processes, once, at the door. */

const text = z.string().max(1024)
const name = z.string().min(1).max(255)
const count = z.number().int().nonnegative()

export const json: z.ZodType<Json> = z.json() as z.ZodType<Json>

export const problem = z.object({
  code: z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/) as unknown as z.ZodType<Problem['code']>,
  kind: z.enum([
    'invalid',
    'unauthenticated',
    'forbidden',
    'not_found',
    'conflict',
    'over_quota',
    'too_large',
    'unsupported',
    'unavailable',
    'internal',
  ]),
  help: z.enum(['never', 'same', 'elsewhere', 'later']),
  message: z.string().max(4096),
  detail: z.unknown().optional(),
}) as z.ZodType<Problem>

export const command = z.object({
  operation: name,
  step: name,
  attempt: count,
  host: name,
  node: name.nullable(),
  server: name.nullable(),
  epoch: count,
  sequence: count,
  order: name,
  payload: json,
}) as unknown as z.ZodType<Command>

export const report = z.object({
  operation: name,
  step: name,
  attempt: count,
  host: name,
  server: name.nullable(),
  epoch: count,
  outcome: z.union([
    z.object({ kind: z.literal('done'), output: json }),
    z.object({
      kind: z.literal('failed'),
      problem,
      help: z.enum(['never', 'same', 'elsewhere', 'later']),
      power: z.enum(powerStates).optional(),
    }),
  ]),
}) as unknown as z.ZodType<Report>

const guestShape = z.object({
  server: name,
  node: name,
  epoch: count,
  power: z.enum(powerStates),
})

export const guest = guestShape as unknown as z.ZodType<Guest>

export const countedGuest = guestShape.extend({ sequence: count }) as unknown as z.ZodType<
  Guest & { readonly sequence: number }
>

const inventory = z.object({
  total: count,
  reserved: count,
  allocationRatio: z.number().positive(),
  minUnit: count,
  maxUnit: count,
  stepSize: count,
})

const provider = z.object({
  id: name,
  name: text,
  parent: name.nullable(),
  inventories: z.record(name, inventory),
  traits: z.array(name).max(4096),
})

export const nodeInventory = z.object({
  node: name,
  root: name,
  providers: z.array(provider).min(1).max(4096),
  facts: z.object({
    type: text,
    version: count,
    hostIp: text.nullable(),
    supportedInstances: z.array(z.tuple([text, text, text])).max(256),
    cpuInfo: z.record(z.string(), z.unknown()),
    numa: z.unknown(),
    pci: z.unknown(),
  }),
}) as unknown as z.ZodType<NodeInventory>
