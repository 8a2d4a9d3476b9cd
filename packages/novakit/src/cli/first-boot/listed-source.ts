import type { FirstBootInput, FirstBootSource } from '@novakit/core'
import { guestsByAddress, type FindGuest, type ProxiedPort } from '@novakit/metadata'

/** Servers from a file. Passwords that they post are kept until the process ends. */
export function listedSource(inputs: readonly FirstBootInput[]): FirstBootSource {
  const byId = new Map(inputs.map((input) => [input.server, input]))
  const passwords = new Map<string, string>()
  const finders = new Map<string, FindGuest>()
  return {
    byServer: async (server) => byId.get(server) ?? null,
    serverAt: async (network, address) => {
      const guests = finders.get(network) ?? guestsByAddress(portsOf(inputs, network))
      finders.set(network, guests)
      return (await guests(address))?.server ?? null
    },
    password: async (server) => passwords.get(server) ?? null,
    storePassword: async (server, encrypted) => {
      if (passwords.has(server)) return false
      passwords.set(server, encrypted)
      return true
    },
  }
}

/** The ports of a network; of every network if none is named. */
export function portsOf(inputs: readonly FirstBootInput[], network: string | null): readonly ProxiedPort[] {
  return inputs.flatMap(({ server, project, nics }) =>
    nics
      .filter((nic) => network === null || nic.network === network)
      .map(({ mac, fixedIps }) => ({ server, project, mac, addresses: fixedIps.map(({ address }) => address) })),
  )
}
