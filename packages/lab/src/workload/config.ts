import { z } from 'zod'

// What a workload file may say. docs/lab.md describes it for readers.

const name = z.string().min(1).max(255)
const column = z.string().min(1).max(255)
/** Classes as Placement names them. */
const resourceClass = z.string().regex(/^[A-Z0-9_]{1,255}$/, 'a resource class is in capitals, digits and underscores')
const whole = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
const share = z.number().positive().max(1e9)

/** The same for every row, or a column, or a column times a number and rounded up. */
const amount = z.union([whole, column, z.strictObject({ column, times: z.number().positive().max(1e12) })])

/** Values of a column as traits: `prefix` and the value in capitals. Several values stand with `split` between them. */
const traitColumn = z.strictObject({
  column,
  prefix: z
    .string()
    .regex(/^CUSTOM_[A-Z0-9_]*$/, 'traits of our own begin with CUSTOM_')
    .default('CUSTOM_'),
  split: z.string().min(1).max(8).default('|'),
})

/** Devices of one sort: `count` child providers that have `units` of the class each. */
const hostDevice = z.strictObject({
  class: resourceClass,
  count: amount,
  units: amount,
  traits: traitColumn.exactOptional(),
})
const requestDevice = hostDevice

const csvHosts = z.strictObject({
  csv: z.string().min(1),
  name: column.exactOptional(),
  resources: z.record(resourceClass, amount),
  devices: z.array(hostDevice).max(16).default([]),
})
const csvRequests = z
  .strictObject({
    csv: z.string().min(1),
    name: column.exactOptional(),
    /** What sort of request it is, for tables and for policies that keep sorts together. */
    kind: column.exactOptional(),
    resources: z.record(resourceClass, amount),
    devices: z.array(requestDevice).max(16).default([]),
    /** Seconds, from any beginning. */
    arrives: column.exactOptional(),
    departs: column.exactOptional(),
    /** Seconds after arrival; in place of `departs`. */
    lifetime: column.exactOptional(),
  })
  .refine((each) => each.departs === undefined || each.lifetime === undefined, 'give `departs` or `lifetime`, not both')
  .refine(
    (each) => each.arrives !== undefined || (each.departs === undefined && each.lifetime === undefined),
    'what departs has to arrive: give `arrives`',
  )

const fixedDevice = z.strictObject({
  class: resourceClass,
  count: whole.min(1).max(1024),
  units: whole.min(1),
  /** A host's device has all of these; a request takes a device with any of them. */
  traits: z
    .array(z.string().regex(/^CUSTOM_[A-Z0-9_]+$/, 'a trait begins with CUSTOM_'))
    .max(16)
    .default([]),
})
const generatedKind = z.strictObject({
  name,
  weight: share.default(1),
  resources: z.record(resourceClass, whole),
  devices: z.array(fixedDevice).max(16).default([]),
})
const generatedHosts = z.strictObject({
  generate: z.strictObject({ count: z.int().min(1).max(200_000), kinds: z.array(generatedKind).min(1).max(100) }),
})
const generatedRequests = z.strictObject({
  generate: z.strictObject({
    count: z.int().min(1).max(10_000_000),
    kinds: z.array(generatedKind).min(1).max(1000),
    /** Mean seconds between arrivals, drawn from an exponential distribution. */
    interval: share.exactOptional(),
    /** Mean seconds that a request stays, likewise. */
    lifetime: share.exactOptional(),
  }),
})

/** A policy of the lab by name, or one in full as the scheduler reads it, under a name for the tables. */
const policy = z.union([name, z.strictObject({ name, policy: z.record(z.string(), z.unknown()) })])

export const workloadConfig = z.strictObject({
  name,
  about: z.string().max(2000).default(''),
  hosts: z.union([csvHosts, generatedHosts]),
  requests: z.union([csvRequests, generatedRequests]),
  /** By what class demand, allocation and fragmentation are measured. */
  focus: resourceClass,
  /** `given`: as the file lists them; `arrival`: by their time; `shuffled`: anew for each seed. */
  order: z.enum(['given', 'arrival', 'shuffled']).default('arrival'),
  hostOrder: z.enum(['given', 'shuffled']).default('shuffled'),
  /** False: nobody leaves, whatever the times say. */
  departures: z.boolean().default(true),
  /**
   * Requests are drawn again at random, or left out at the end, until those that arrive ask for this many times what
   * the hosts have of the focus. Without departures only.
   */
  demand: z.number().positive().max(100).exactOptional(),
  /** Classes in which policies and figures see hosts and requests as vectors. Default: all that requests ask for. */
  vector: z.array(resourceClass).min(1).max(16).exactOptional(),
  /** Which requests count as typical for fragmentation: the commonest, until they are this part of all. */
  typical: z
    .strictObject({ cover: z.number().positive().max(1).default(0.95), resources: z.array(resourceClass).default([]) })
    .exactOptional(),
  policies: z.array(policy).min(1).max(50),
  seeds: z.int().min(1).max(1000).default(3),
})

export type WorkloadConfig = z.infer<typeof workloadConfig>
export type AmountConfig = z.infer<typeof amount>
export type TraitColumn = z.infer<typeof traitColumn>
export type DeviceConfig = z.infer<typeof hostDevice>
export type CsvHosts = z.infer<typeof csvHosts>
export type CsvRequests = z.infer<typeof csvRequests>
export type GeneratedKind = z.infer<typeof generatedKind>
export type GeneratedHosts = z.infer<typeof generatedHosts>
export type GeneratedRequests = z.infer<typeof generatedRequests>
export type PolicyConfig = z.infer<typeof policy>
