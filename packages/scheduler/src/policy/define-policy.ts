import { pciPolicies } from '@novakit/core'
import { z } from 'zod'
import { MULTIPLIER_MAX, type Scale, type Weigher, type WeightedWeigher } from '../decide/weigher.ts'
import type { Filter } from '../decide/filter.ts'
import { deviceOrderCatalogue } from '../device-orders/catalogue.ts'
import type { DeviceOrder } from '../device-orders/device-order.ts'
import { schedulerErrors } from '../errors.ts'
import { filterCatalogue } from '../filters/catalogue.ts'
import { weigherCatalogue } from '../weighers/catalogue.ts'
import { defaultPreFilters, type PreFilters } from '../translate/pre-filters.ts'
import { normalisations, tieBreaks, type Normalisation, type Policy, type TieBreak } from './policy.ts'
import { presets, type PresetName } from './presets.ts'

/** A filter by name, by name with options, or itself. */
export type FilterChoice =
  | string
  | { readonly filter: string; readonly options?: Readonly<Record<string, unknown>> }
  | Filter

/** A weigher by name, itself, or either with a multiplier; without one its own counts. */
export type WeigherChoice =
  | string
  | Weigher
  | {
      readonly weigher: string | Weigher
      readonly multiplier?: number
      /** What counts 0 and 1 under the fixed normalisation; without it the weigher's own. */
      readonly scale?: Scale
      /** For a weigher by name. */
      readonly options?: Readonly<Record<string, unknown>>
    }

/** An order of devices by name, by name with options, or itself. */
export type DeviceOrderChoice =
  | string
  | { readonly order: string; readonly options?: Readonly<Record<string, unknown>> }
  | DeviceOrder

/** What a policy is made of. A {@link Policy} is one of these too, and so is JSON that names its parts. */
export interface PolicyOptions extends Partial<Omit<Policy, 'filters' | 'weighers' | 'preFilters' | 'devices'>> {
  /** Gives the filters and weighers that are not given here. Default: `default`. */
  readonly preset?: PresetName
  readonly filters?: readonly FilterChoice[]
  readonly weighers?: readonly WeigherChoice[]
  /** Default: Nova's. */
  readonly preFilters?: Partial<PreFilters>
  /** Default: as hosts list them. */
  readonly devices?: DeviceOrderChoice | null
  readonly normalisation?: Normalisation
  readonly tieBreak?: TieBreak
}

/**
 * Checks options and gives the policy they describe, frozen.
 * @throws `scheduler.unknown_filter`, `scheduler.unknown_weigher`, `scheduler.unknown_device_order`,
 * `scheduler.invalid_policy`
 */
export function definePolicy(options: PolicyOptions = {}): Policy {
  const given = read(optionsShape, options, 'policy')
  const preset = presets[given.preset]
  const filters = (given.filters ?? read(filterChoices, preset.filters, 'preset')).map(filterOf)
  const weighers = (given.weighers ?? read(weigherChoices, preset.weighers, 'preset')).map(weigherOf)
  refuseTwins([...filters, ...weighers.map(({ weigher }) => weigher)].map(({ name }) => name))
  const { name, hostSubsetSize, shuffleBest, maxAttempts, rankingSize } = given
  const tieBreak = given.tieBreak ?? ('tieBreak' in preset ? preset.tieBreak : 'random')
  const normalisation = given.normalisation ?? ('normalisation' in preset ? preset.normalisation : 'relative')
  return Object.freeze({
    name: name ?? given.preset,
    pciAliases: Object.freeze(given.pciAliases),
    preFilters: Object.freeze({ ...defaultPreFilters, ...given.preFilters }),
    filters: Object.freeze(filters),
    weighers: Object.freeze(weighers),
    normalisation,
    hostSubsetSize,
    tieBreak,
    devices: deviceOrderOf(given.devices ?? null),
    shuffleBest,
    maxAttempts,
    rankingSize,
  })
}

const isFunction = (value: unknown): boolean => typeof value === 'function'
const nameShape = z.string().min(1).max(255)
const multiplierShape = z.number().min(-MULTIPLIER_MAX).max(MULTIPLIER_MAX)
const scaleShape = z
  .tuple([z.number().min(-1e15).max(1e15), z.number().min(-1e15).max(1e15)])
  .refine(([low, high]) => low !== high, 'the ends of a scale differ')
const named = z.strictObject({ filter: nameShape, options: z.record(z.string(), z.unknown()).optional() })

/** A value that somebody wrote: only what every filter or weigher must have is looked at, and the value itself kept. */
const filterValue = z.custom<Filter>(
  (value) => isNamed(value) && 'check' in value && isFunction(value.check),
  'a filter has a name and a function check',
)
const weigherValue = z.custom<Weigher>(
  (value) =>
    isNamed(value) &&
    'score' in value &&
    isFunction(value.score) &&
    'multiplier' in value &&
    multiplierShape.safeParse(value.multiplier).success,
  'a weigher has a name, a multiplier and a function score',
)

const filterChoices = z.array(z.union([nameShape, filterValue, named])).max(100)
const weigherChoices = z
  .array(
    z.union([
      nameShape,
      weigherValue,
      z.strictObject({
        weigher: z.union([nameShape, weigherValue]),
        multiplier: multiplierShape.optional(),
        scale: scaleShape.optional(),
        options: z.record(z.string(), z.unknown()).optional(),
      }),
    ]),
  )
  .max(100)

const preFiltersShape = z.strictObject({
  zones: z.boolean().exactOptional(),
  projects: z.union([z.boolean(), z.literal('required')]).exactOptional(),
  imageTypes: z.boolean().exactOptional(),
  imageProperties: z.boolean().exactOptional(),
  isolatedAggregates: z.boolean().exactOptional(),
  routedNetworks: z.boolean().exactOptional(),
})

const aliasShape = z.strictObject({
  specs: z
    .array(z.record(nameShape, z.string().max(255)))
    .min(1)
    .max(100),
  policy: z.enum(pciPolicies).exactOptional(),
})
const deviceOrderValue = z.custom<DeviceOrder>(
  (value) => isNamed(value) && 'arrange' in value && isFunction(value.arrange),
  'an order of devices has a name and a function arrange',
)
const deviceOrderChoice = z
  .union([
    nameShape,
    deviceOrderValue,
    z.strictObject({ order: nameShape, options: z.record(z.string(), z.unknown()).optional() }),
  ])
  .nullable()

const optionsShape = z.strictObject({
  preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]).default('default'),
  name: nameShape.optional(),
  preFilters: preFiltersShape.optional(),
  pciAliases: z.record(nameShape, aliasShape).default({}),
  filters: filterChoices.optional(),
  weighers: weigherChoices.optional(),
  hostSubsetSize: z.int().min(1).max(1_000_000).default(1),
  normalisation: z.enum(normalisations).optional(),
  tieBreak: z.enum(tieBreaks).optional(),
  devices: deviceOrderChoice.optional(),
  shuffleBest: z.boolean().default(false),
  maxAttempts: z.int().min(1).max(100).default(3),
  rankingSize: z.int().min(0).max(10_000).default(10),
})

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && nameShape.safeParse(value.name).success
}

function filterOf(choice: z.infer<typeof filterChoices>[number]): Filter {
  if (typeof choice === 'object' && 'check' in choice) return choice
  const { filter: name, options = {} } = typeof choice === 'string' ? { filter: choice } : choice
  const kind = filterCatalogue.get(name)
  if (kind === undefined) throw schedulerErrors.unknown_filter({ name, known: [...filterCatalogue.keys()].toSorted() })
  return kind.make(read(kind.options, options, name) as never)
}

function deviceOrderOf(choice: z.infer<typeof deviceOrderChoice>): DeviceOrder | null {
  if (choice === null || (typeof choice === 'object' && 'arrange' in choice)) return choice
  const { order: name, options = {} } = typeof choice === 'string' ? { order: choice } : choice
  const kind = deviceOrderCatalogue.get(name)
  if (kind === undefined) {
    throw schedulerErrors.unknown_device_order({ name, known: [...deviceOrderCatalogue.keys()].toSorted() })
  }
  return kind.make(read(kind.options, options, name) as never)
}

function weigherOf(choice: z.infer<typeof weigherChoices>[number]): WeightedWeigher {
  if (typeof choice === 'string' || !('weigher' in choice)) return weigherOf({ weigher: choice })
  const weigher = typeof choice.weigher === 'string' ? weigherNamed(choice.weigher, choice.options) : choice.weigher
  const { scale } = choice
  return Object.freeze({
    weigher,
    multiplier: choice.multiplier ?? weigher.multiplier,
    ...(scale === undefined ? {} : { scale }),
  })
}

function weigherNamed(name: string, options: unknown = {}): Weigher {
  const kind = weigherCatalogue.get(name)
  if (kind === undefined) {
    throw schedulerErrors.unknown_weigher({ name, known: [...weigherCatalogue.keys()].toSorted() })
  }
  return kind.make(read(kind.options, options, name) as never)
}

/** An explanation tells stages and scores apart by name. */
function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, at) => names.indexOf(name) !== at)
  if (twin !== undefined) throw schedulerErrors.invalid_policy({ what: `${twin} is there twice` })
}

function read<Value>(shape: z.ZodType<Value>, value: unknown, what: string): Value {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const at = [what, ...(issue?.path ?? [])].join('.')
  throw schedulerErrors.invalid_policy({ what: `${at}: ${issue?.message ?? 'unreadable'}` })
}
