import type { FirstBootInput, FirstBootSource, Json } from '@novakit/core/vocabulary'
import type { DocumentOptions } from '../build/options.ts'
import type { Identity } from './identity.ts'
import { lookup, type Found } from './lookup.ts'
import type { Remembered } from './remembered.ts'

/** A server that asks, and what it was shown lately. */
export interface Guest {
  readonly input: FirstBootInput
  find(steps: readonly string[], day: string): Promise<Found | null>
}

/** What services say of a server, by their names. */
export type DynamicVendorData = (input: FirstBootInput) => Promise<Readonly<Record<string, Json>>>

/** Documents are made when they are asked for, and then kept: there are as many as the trees have, whatever is asked. */
export function guest(input: FirstBootInput, options: DocumentOptions, dynamic: DynamicVendorData | null): Guest {
  const made = new Map<string, Found>()
  let told: Promise<Readonly<Record<string, Json>>> | null = null
  const ask = async (): Promise<Readonly<Record<string, Json>>> => {
    if (dynamic === null) return {}
    const asking = (told ??= dynamic(input))
    return asking.catch((error: unknown) => {
      told = null
      throw error
    })
  }
  return {
    input,
    find: async (steps, day) => {
      const key = steps.join('/')
      const before = made.get(key)
      if (before !== undefined) return before
      const dynamicVendorData = steps.at(-1) === 'vendor_data2.json' ? await ask() : {}
      const found = lookup({ input, day, options: { ...options, dynamicVendorData } }, steps)
      // The list of versions changes with the day.
      if (found !== null && steps.length > 1) made.set(key, found)
      return found
    },
  }
}

export interface GuestsDeps {
  readonly source: FirstBootSource
  readonly options: DocumentOptions
  readonly dynamic: DynamicVendorData | null
  readonly kept: Remembered<Guest>
}

/** The server that an identity names. Null: there is none, or it is not that project's. `many`: it names several. */
export async function guestOf(
  { source, options, dynamic, kept }: GuestsDeps,
  identity: Exclude<Identity, { readonly kind: 'refused' }>,
): Promise<Guest | 'many' | null> {
  const made = (input: FirstBootInput | null, address: string | null = null): Guest | null =>
    input === null ? null : guest(input, { ...options, address }, dynamic)
  if (identity.kind === 'server') {
    const { server, project } = identity
    const found = await kept.get(`server ${server}`, async () => made(await source.byServer(server)))
    return found === null || (project !== null && found.input.project !== project) ? null : found
  }
  const { networks, address } = identity
  const all = await Promise.all(
    networks.map(async (network) => {
      const server = await source.serverAt(network, address)
      if (server === null) return null
      return kept.get(`server ${server} at ${address}`, async () => made(await source.byServer(server), address))
    }),
  )
  const found = all.filter((each) => each !== null)
  return found.length > 1 ? 'many' : (found[0] ?? null)
}
