import type { HostState, Resources } from '@novakit/core'
import { leftOf } from './free-vector.ts'

/** One kind of request that is expected, and how often. */
export interface TypicalRequest {
  /** Its part of all requests. */
  readonly share: number
  /** What it asks of a host's root. */
  readonly resources: Resources
  /** Shares of single devices; null: none. */
  readonly devices: { readonly units: number; readonly count: number } | null
  /** A device must have one of these; none: any device will do. */
  readonly traits: readonly string[]
}

export interface FragmentationOptions {
  /** The class of which devices give shares, such as `CUSTOM_GPU_MILLI`. */
  readonly device: string
  readonly typical: readonly TypicalRequest[]
}

/** A host as fragmentation sees it. */
export interface DeviceStock {
  /** Of the classes that typical requests ask of a root, in {@link Typical}'s order. */
  readonly root: readonly number[]
  /** What is left on each device. */
  readonly left: readonly number[]
  readonly traits: ReadonlySet<string>
}

/** Idle device shares of one host that typical requests cannot use, by why. In units of the device class. */
export interface Fragments {
  /** The host has too little of other classes. */
  readonly lacksRoot: number
  /** Too few devices have enough left. */
  readonly lacksDevices: number
  readonly lacksBoth: number
  /** Its devices are of another kind. */
  readonly wrongKind: number
  /** The request takes no devices. */
  readonly needsNone: number
  /** The host can take the request; these devices have too little left for it. */
  readonly tooSmall: number
}

/** Typical requests, prepared to be held against many hosts. */
export interface Typical {
  readonly device: string
  stockOf(host: HostState): DeviceStock
  /** The expected amount in all. */
  amount(stock: DeviceStock): number
  /** The same, by causes. */
  fragments(stock: DeviceStock): Fragments
  readonly classes: readonly string[]
}

/**
 * The fragmentation of one host: what is idle on its devices and a request drawn from the typical ones cannot use, in
 * the mean. Source: Weng et al., Beware of Fragmentation (USENIX ATC 2023), section 3.
 */
export function prepareTypical({ device, typical }: FragmentationOptions): Typical {
  const classes = [...new Set(typical.flatMap(({ resources }) => Object.keys(resources)))]
  const asks = typical.map((each): Ask => ({ ...each, root: classes.map((name) => each.resources[name] ?? 0) }))
  const stocks = new WeakMap<HostState, DeviceStock>()
  const amounts = new WeakMap<DeviceStock, number>()
  const causes = new WeakMap<DeviceStock, Fragments>()
  const amountOf = (stock: DeviceStock): number => {
    const idle = sumOf(stock.left)
    let sum = 0
    for (let at = 0; at < asks.length; at++) {
      const ask = asks[at] as Ask
      sum += ask.share * lost(ask, causeOf(ask, stock), stock, idle)
    }
    return sum
  }
  return {
    device,
    classes,
    stockOf: (host) => {
      const before = stocks.get(host)
      if (before !== undefined) return before
      const devices = host.children.filter(({ inventories }) => inventories.has(device))
      const stock: DeviceStock = {
        root: classes.map((name) => leftOf(host.inventories.get(name))),
        left: devices.map(({ inventories }) => leftOf(inventories.get(device))),
        traits: new Set(devices.flatMap(({ traits }) => [...traits])),
      }
      stocks.set(host, stock)
      return stock
    },
    amount: (stock) => {
      const before = amounts.get(stock)
      if (before !== undefined) return before
      const amount = amountOf(stock)
      amounts.set(stock, amount)
      return amount
    },
    fragments: (stock) => {
      const before = causes.get(stock)
      if (before !== undefined) return before
      const idle = sumOf(stock.left)
      const parts = { lacksRoot: 0, lacksDevices: 0, lacksBoth: 0, wrongKind: 0, needsNone: 0, tooSmall: 0 }
      for (const ask of asks) {
        const cause = causeOf(ask, stock)
        parts[cause] += ask.share * lost(ask, cause, stock, idle)
      }
      causes.set(stock, parts)
      return parts
    },
  }
}

/** A typical request, with its amounts in the order of {@link Typical}'s classes. */
type Ask = TypicalRequest & { readonly root: readonly number[] }

function causeOf({ devices, traits, root }: Ask, stock: DeviceStock): keyof Fragments {
  if (devices === null) return 'needsNone'
  if (traits.length > 0 && !traits.some((trait) => stock.traits.has(trait))) return 'wrongKind'
  const { left } = stock
  let fitting = 0
  for (let at = 0; at < left.length; at++) if ((left[at] as number) >= devices.units) fitting++
  const lacksRoot = !holds(stock.root, root)
  if (fitting < devices.count) return lacksRoot ? 'lacksBoth' : 'lacksDevices'
  return lacksRoot ? 'lacksRoot' : 'tooSmall'
}

/** How much of what is idle is no use to the request. */
function lost({ devices }: Ask, cause: keyof Fragments, { left }: DeviceStock, idle: number): number {
  return cause === 'tooSmall' && devices !== null ? idleBelow(left, devices.units) : idle
}

/**
 * What is left of a host once a request is there, for each device that could be the first of those it uses; none where
 * there is too little for it.
 */
export function outcomesOn(
  stock: DeviceStock,
  root: readonly number[],
  devices: { readonly units: number; readonly count: number } | null,
): readonly { readonly first: number; readonly stock: DeviceStock }[] {
  if (!holds(stock.root, root)) return []
  const rest = stock.root.map((left, at) => left - (root[at] as number))
  if (devices === null) return [{ first: -1, stock: { ...stock, root: rest } }]
  const { units, count } = devices
  const fitting = [...stock.left.keys()].filter((at) => (stock.left[at] as number) >= units)
  if (fitting.length < count) return []
  // Several devices, or a whole one, leave no choice worth a look: the first that fit are as good as any.
  const starts = count > 1 ? fitting.slice(0, 1) : distinctBy(fitting, stock.left)
  return starts.map((first) => {
    const taken = new Set(count > 1 ? fitting.slice(0, count) : [first])
    return {
      first,
      stock: { ...stock, root: rest, left: stock.left.map((left, at) => (taken.has(at) ? left - units : left)) },
    }
  })
}

function distinctBy(positions: readonly number[], values: readonly number[]): readonly number[] {
  const seen = new Set<number>()
  return positions.filter((at) => {
    const value = values[at] as number
    if (seen.has(value)) return false
    seen.add(value)
    return true
  })
}

function holds(left: readonly number[], asked: readonly number[]): boolean {
  for (let at = 0; at < asked.length; at++) if ((left[at] as number) < (asked[at] as number)) return false
  return true
}

function sumOf(values: readonly number[]): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] as number
  return sum
}

function idleBelow(left: readonly number[], units: number): number {
  let sum = 0
  for (let at = 0; at < left.length; at++) {
    const each = left[at] as number
    if (each < units) sum += each
  }
  return sum
}
