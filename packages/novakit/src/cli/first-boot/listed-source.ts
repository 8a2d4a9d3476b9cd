import type { FirstBootInput, FirstBootSource } from '@novakit/core'
import { guestsByAddress, type ProxiedPort } from '@novakit/metadata'

/** Servers from a file. Passwords that they post are kept until the process ends. */
export function listedSource(inputs: readonly FirstBootInput[]): FirstBootSource {
  const byId = new Map(inputs.map((input) => [input.server, input]))
  const passwords = new Map<string, string>()
  return {
    byServer: async (server) => byId.get(server) ?? null,
    byAddress: async (network, address) => {
      const found = await guestsByAddress(portsOf(inputs, network))(address)
      return found === null ? null : (byId.get(found.server) ?? null)
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
