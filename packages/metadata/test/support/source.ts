import type { FirstBootInput, FirstBootSource } from '@novakit/core'

/** Servers by value, with the passwords that they have said, and how often it was asked. */
export interface ListedSource extends FirstBootSource {
  readonly said: Map<string, string>
  asked: number
}

export function sourceOf(...inputs: readonly FirstBootInput[]): ListedSource {
  const said = new Map<string, string>()
  const source: ListedSource = {
    said,
    asked: 0,
    byServer: async (server) => {
      source.asked++
      return inputs.find((input) => input.server === server) ?? null
    },
    serverAt: async (network, address) => {
      const has = ({ nics }: FirstBootInput) =>
        nics.some((nic) => nic.network === network && nic.fixedIps.some((ip) => ip.address === address))
      return inputs.find(has)?.server ?? null
    },
    password: async (server) => said.get(server) ?? null,
    storePassword: async (server, encrypted) => {
      if (said.has(server)) return false
      said.set(server, encrypted)
      return true
    },
  }
  return source
}
