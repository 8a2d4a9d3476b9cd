import { presets, type DeviceOrderChoice, type PolicyOptions } from '@novakit/scheduler'
import { labErrors } from '../errors.ts'
import type { PolicyConfig } from '../workload/config.ts'
import { KIND } from '../workload/shapes.ts'
import type { Context } from './context.ts'

/** A policy under the name that tables show. */
export interface NamedPolicy {
  readonly name: string
  /** @param seed of the run, for what is drawn beside the scheduler's own draws */
  options(seed: string): PolicyOptions
}

/** Whole scores from 0 to 100; equals go to the first host in the order of the run. */
const common = {
  filters: ['ComputeFilter'],
  weighers: [],
  normalisation: 'fixed',
  tieBreak: 'first',
  maxAttempts: 1,
  rankingSize: 0,
} as const satisfies PolicyOptions

type Make = (context: Context, seed: string) => PolicyOptions

const vector =
  (weigher: string, multiplier = 1): Make =>
  (context) => ({
    ...common,
    weighers: [{ weigher, multiplier, options: { scale: context.scale, quantum: 1 } }],
    devices: fullest(context),
  })

const fullest = ({ focus, onDevices }: Context): DeviceOrderChoice | null =>
  onDevices ? { order: 'fullest-first', options: { device: focus } } : null

const ofDevices =
  (weigher: string, options: (context: Context) => Readonly<Record<string, unknown>>): Make =>
  (context) => ({ ...common, weighers: [{ weigher, options: options(context) }], devices: fullest(context) })

/** Every policy of the lab by its name. The weighers of @novakit/scheduler tell their formulas and sources. */
const made: Readonly<Record<string, Make>> = {
  'first-fit': (context) => ({ ...common, devices: fullest(context) }),
  random: (_, seed) => ({ ...common, tieBreak: 'random', devices: { order: 'shuffled', options: { seed } } }),
  'best-fit': vector('BestFitWeigher'),
  'worst-fit': vector('BestFitWeigher', -1),
  'dot-product': vector('DotProductWeigher'),
  tetris: vector('DotProductWeigher', -1),
  l2: vector('L2Weigher'),
  balanced: vector('BalancedWeigher'),
  packing: ofDevices('DevicePackingWeigher', ({ focus }) => ({ device: focus })),
  clustering: ofDevices('ClusteringWeigher', ({ focus, scale }) => ({
    device: focus,
    most: scale[focus],
    property: KIND,
  })),
  fgd: ({ focus, typical }) => ({
    ...common,
    weighers: [{ weigher: 'FragmentationWeigher', options: { device: focus, typical, quantum: 1 } }],
    devices: { order: 'least-fragmentation', options: { device: focus, typical } },
  }),
}

const NEED_DEVICES: ReadonlySet<string> = new Set(['packing', 'clustering', 'fgd'])

/** The names that a workload file may use without saying more. `nova:` and a preset's name is that of the scheduler. */
export const policyNames: readonly string[] = [
  ...Object.keys(made),
  ...Object.keys(presets).map((preset) => `nova:${preset}`),
]

/** @throws `lab.unknown_policy`, `lab.wrong_use` */
export function policyOf(config: PolicyConfig, context: Context): NamedPolicy {
  if (typeof config === 'object') return { name: config.name, options: () => config.policy }
  const preset = config.startsWith('nova:') ? config.slice('nova:'.length) : null
  if (preset !== null && Object.hasOwn(presets, preset)) {
    return { name: config, options: () => ({ preset: preset as keyof typeof presets, maxAttempts: 1, rankingSize: 0 }) }
  }
  const make = Object.hasOwn(made, config) ? made[config] : undefined
  if (make === undefined) throw labErrors.unknown_policy({ name: config, known: policyNames })
  if (NEED_DEVICES.has(config) && !context.onDevices) {
    const what = `The policy ${config} is about shares of devices, and ${context.focus} is something of whole hosts.`
    throw labErrors.wrong_use({ what })
  }
  return { name: config, options: (seed) => make(context, seed) }
}
