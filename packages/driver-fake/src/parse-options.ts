import { z } from 'zod'
import type { FakeDriverOptions, FakeNodes, FacetName } from './options.ts'
import type { HostName } from '@novakit/core'
import { callNames, points } from './knobs/call.ts'
import { facetTraits, gib } from '@novakit/core'
import { facetNames } from './facets/facet-names.ts'
import { fakeErrors } from './errors.ts'
import { isFakeWorld } from './world/fake-world.ts'

const whole = z.int().nonnegative()
const ratio = z.number().positive()
const spans = z.union([
  z.number().nonnegative(),
  z
    .strictObject({ min: whole, max: whole })
    .refine((span) => span.min <= span.max, 'the lower end of a span is above the upper'),
])
const callKeys: ReadonlySet<string> = new Set(callNames)
const steps: ReadonlySet<string> = new Set(points.filter((one) => one !== 'begin' && one !== 'end'))

const ofFacets = new Set([
  ...Object.values(facetTraits).flat(),
  'COMPUTE_VOLUME_EXTEND',
  'COMPUTE_VOLUME_MULTI_ATTACH',
  'COMPUTE_VOLUME_ATTACH_WITH_TAG',
])
const trait = z
  .string()
  .regex(/^[A-Z0-9_]{1,255}$/, 'a trait is written in capitals, digits and underscores')
  .refine((name) => !ofFacets.has(name), 'this trait follows from a facet; use `facets` or `without`')

const resourceClass = z.string().regex(/^[A-Z0-9_]{1,255}$/, 'a resource class is written in capitals, digits and _')
const resources = z.record(
  resourceClass,
  z.union([
    whole,
    z.strictObject({
      total: whole,
      reserved: whole.optional(),
      allocationRatio: ratio.optional(),
      minUnit: z.int().positive().optional(),
      maxUnit: z.int().positive().optional(),
      stepSize: z.int().positive().optional(),
    }),
  ]),
)

const child: z.ZodType<unknown> = z.lazy(() =>
  z.strictObject({
    resources: resources.optional(),
    traits: z.array(trait).optional(),
    children: z.record(z.string().min(1), child).optional(),
  }),
)

const sizes = { vcpus: whole, memory: whole, disk: whole }
const extras = {
  ratios: z.strictObject({ cpu: ratio, memory: ratio, disk: ratio }).partial().optional(),
  reserved: z.strictObject(sizes).partial().optional(),
  traits: z.array(trait).optional(),
  resources: resources.optional(),
  children: z.record(z.string().min(1), child).optional(),
}
const nodes = z.record(z.string().min(1), z.strictObject({ ...sizes, ...extras }))

const point = z.enum(points)
const failure = {
  help: z.enum(['never', 'same', 'elsewhere', 'later']).optional(),
  thrown: z.instanceof(Error).optional(),
}
const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('error'), at: point.optional(), ...failure }),
  z.strictObject({ kind: z.literal('error-after-effect'), ...failure }),
  z.strictObject({ kind: z.literal('hang'), at: point.optional() }),
  z.strictObject({ kind: z.literal('late-effect'), after: z.number().nonnegative().optional(), ...failure }),
  z.strictObject({ kind: z.literal('no-effect') }),
])
const callback = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'expected a function')
const callName = z.enum(callNames as [string, ...string[]])
const faults = z.union([callback, z.partialRecord(callName, z.union([fault, z.array(fault.nullable()), callback]))])

const latencyKey = z
  .string()
  .refine((key) => key === 'default' || isCallOrStep(key), 'there is no such call, nor such a step of a call')
const latency = z.union([spans, z.record(latencyKey, spans)])

function isCallOrStep(key: string): boolean {
  const cut = key.lastIndexOf('.')
  const step = key.slice(cut + 1)
  return callKeys.has(key) || (callKeys.has(key.slice(0, cut)) && steps.has(step))
}

const facets = z.array(z.enum(facetNames as readonly FacetName[] as [FacetName, ...FacetName[]]))
const schema = z
  .strictObject({
    ...z.strictObject({ ...sizes }).partial().shape,
    ...extras,
    nodes: z.union([nodes, callback]).optional(),
    facts: z.looseObject({}).optional(),
    facets: facets.optional(),
    without: facets.optional(),
    latency: latency.optional(),
    faults: faults.optional(),
    loseEvents: z.union([z.boolean(), z.number().min(0).max(1), callback]).optional(),
    eventDelay: spans.optional(),
    mode: z.union([z.enum(['clock', 'step']), z.strictObject({ step: z.array(callName) })]).optional(),
    shutdown: z.union([spans, z.literal('never')]).optional(),
    migration: z
      .strictObject({ span: spans.optional(), outcome: z.enum(['completes', 'fails', 'never']).optional() })
      .optional(),
    staleCommands: z.enum(['obey', 'refuse']).optional(),
    sharedDisks: z.boolean().optional(),
    directory: z.string().min(1).optional(),
    world: z.custom(isFakeWorld, 'expected a world from fakeWorld()').optional(),
    stateFile: z.string().min(1).optional(),
  })
  .refine((all) => all.world === undefined || all.stateFile === undefined, 'give `world` or `stateFile`, not both')
  .refine(
    (all) => all.nodes === undefined || [...Object.keys(sizes), ...Object.keys(extras)].every((key) => !(key in all)),
    'with `nodes`, sizes and traits belong inside each node',
  )

/** @throws `fake.invalid_options` naming the first thing that is wrong */
export function parseOptions(options: FakeDriverOptions): FakeDriverOptions {
  return checked(schema, options)
}

/** The nodes of one host. A size that is left out is that of the package's README. @throws `fake.invalid_options` */
export function nodesOf(options: FakeDriverOptions, host: HostName): FakeNodes {
  if (typeof options.nodes === 'function') return checked(nodes, options.nodes(host))
  if (options.nodes !== undefined) return options.nodes
  const { vcpus = 64, memory = gib(256), disk = gib(2000), ratios, reserved, traits, resources, children } = options
  const more = { ratios, reserved, traits, resources, children }
  return { [host]: { vcpus, memory, disk, ...defined(more) } }
}

/** A copy, so that what was checked cannot be changed under us. */
function checked<T>(type: z.ZodType, value: T): T {
  const result = type.safeParse(value)
  if (result.success) return result.data as T
  throw fakeErrors.invalid_options({ what: sentence(result.error) }, { detail: result.error.issues })
}

/** The deepest of the first issue's branches: what the writer most likely meant. */
function sentence(error: z.ZodError): string {
  let issue: z.core.$ZodIssue | undefined = error.issues[0]
  const path: PropertyKey[] = []
  for (; issue !== undefined; issue = deeper(issue)) {
    path.push(...issue.path)
    if (deeper(issue) === undefined) return `${path.length === 0 ? '' : `${path.join('.')}: `}${issue.message}`
  }
  return 'they cannot be read'
}

function deeper(issue: z.core.$ZodIssue): z.core.$ZodIssue | undefined {
  if (issue.code === 'invalid_key') return issue.issues[0]
  if (issue.code !== 'invalid_union') return undefined
  const branches = issue.errors.flatMap((branch) => branch.slice(0, 1))
  return branches.toSorted((a, b) => b.path.length - a.path.length || rank(b) - rank(a))[0]
}

/** Of branches equally deep, one that fits in kind and breaks a finer rule says more than one that is of another type. */
const rank = (issue: z.core.$ZodIssue): number => (issue.code === 'invalid_type' || issue.code === 'custom' ? 0 : 1)

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }
function defined<T extends object>(value: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<Defined<T>>
}
