import { problemOf, type Log, type NetworkHost } from '@novakit/core'
import { bridgeRules, noBridgeRules, noPortRules, portRules } from './rules.ts'
import { dhcpConfig } from './dhcp-config.ts'
import { formatCidr } from '../ip.ts'
import { pluggedNic, type PluggedAddress, type PluggedNic } from './plugged-nic.ts'
import { forget, pluggedAmong, pluggedOn, remember, supersededBy } from './plugged-records.ts'
import type { Records } from '../../records/records.ts'
import type { DhcpServers } from './dhcp-server.ts'
import type { RunProgram } from '../../run/run-program.ts'

export interface NetworkHostDeps {
  readonly records: Records
  readonly log: Log
  /** Runs in the network namespace that the bridges are to be in. */
  readonly run: RunProgram
  readonly dhcp: DhcpServers
}

/** Bridges, rules and DHCP of this machine, made of what is plugged in. */
export interface BridgeHost extends NetworkHost {
  /** After a start of the machine: what is plugged in by the records is there again. One that cannot be stops no other. */
  restore(): Promise<void>
}

/**
 * Linux bridges: a guest's TAP device is its hypervisor's to make, with the name that the NIC has; its rules are there
 * before. Needs root, or the capability to change the network.
 */
export function bridgeHost({ records, log, run, dhcp }: NetworkHostDeps): BridgeHost {
  let tail: Promise<unknown> = Promise.resolve()
  /** What several guests share is changed by one at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work)
    tail = mine.catch(() => undefined)
    return mine
  }
  const nft = (input: string): Promise<string> => run({ program: 'nft', args: ['-f', '-'], input })

  /** What guests of a bridge share, made of who is plugged in; without any, nothing is left of it. */
  async function refresh(bridge: string): Promise<void> {
    const nics = await pluggedOn(records, bridge)
    if (nics.length === 0) {
      await dhcp.serve(bridge, null)
      await remove(bridge)
      return
    }
    await makeBridge(run, bridge, nics)
    await nft(bridgeRules(factsOf(bridge, nics)))
    await dhcp.serve(bridge, dhcpConfig(bridge, nics))
  }
  async function remove(bridge: string): Promise<void> {
    await nft(noBridgeRules(bridge))
    if (await exists(run, bridge)) await run({ program: 'ip', args: ['link', 'delete', 'dev', bridge] })
  }
  async function takeOut(nic: PluggedNic): Promise<void> {
    await nft(noPortRules(nic))
    await forget(records, nic)
  }
  const orLog = (what: string, work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) =>
      log.error('What was plugged in could not be made again', { what, ...problemOf(error) }),
    )
  return {
    plug: (_server, nics, signal) =>
      inTurn(async () => {
        signal?.throwIfAborted()
        const wanted = nics.map(pluggedNic)
        for (const nic of await supersededBy(records, wanted)) await takeOut(nic)
        await remember(records, wanted)
        for (const nic of wanted) await nft(portRules(nic))
        for (const bridge of bridgesOf(wanted)) await refresh(bridge)
      }),
    unplug: (_server, nics) =>
      inTurn(async () => {
        const there = await pluggedAmong(records, nics)
        for (const nic of there) await takeOut(nic)
        for (const bridge of bridgesOf(there)) await refresh(bridge)
      }),
    restore: () =>
      inTurn(async () => {
        const nics = await pluggedOn(records, null)
        for (const nic of nics) await orLog(nic.port, nft(portRules(nic)))
        for (const bridge of bridgesOf(nics)) await orLog(bridge, refresh(bridge))
      }),
  }
}

async function makeBridge(run: RunProgram, bridge: string, nics: readonly PluggedNic[]): Promise<void> {
  const ip = (...args: readonly string[]): Promise<string> => run({ program: 'ip', args })
  if (!(await exists(run, bridge))) await ip('link', 'add', 'name', bridge, 'type', 'bridge')
  const mtu = Math.min(...nics.map((nic) => nic.mtu))
  await ip('link', 'set', 'dev', bridge, 'mtu', String(mtu), 'up')
  const blocks = blocksOf(nics)
  for (const { gateway, cidr, version } of blocks) {
    if (gateway === null) continue
    const at = ['address', 'replace', `${gateway}/${cidr.prefix}`, 'dev', bridge]
    await ip(...at, ...(version === 6 ? ['nodad'] : []))
  }
  if (!nics.some(({ nat }) => nat)) return
  await run({ program: 'sysctl', args: ['-qw', 'net.ipv4.ip_forward=1'] })
  if (blocks.some(({ version }) => version === 6)) {
    await run({ program: 'sysctl', args: ['-qw', 'net.ipv6.conf.all.forwarding=1'] })
  }
}

async function exists(run: RunProgram, device: string): Promise<boolean> {
  const links = JSON.parse(await run({ program: 'ip', args: ['-json', 'link', 'show'] })) as readonly {
    ifname: string
  }[]
  return links.some(({ ifname }) => ifname === device)
}

function factsOf(bridge: string, nics: readonly PluggedNic[]) {
  return { bridge, nat: nics.some(({ nat }) => nat), cidrs: blocksOf(nics).map(({ cidr }) => cidr) }
}

function blocksOf(nics: readonly PluggedNic[]): readonly PluggedAddress[] {
  const all = nics.flatMap(({ addresses }) => addresses)
  return [...new Map(all.map((address) => [formatCidr(address.cidr), address])).values()]
}

function bridgesOf(nics: readonly PluggedNic[]): ReadonlySet<string> {
  return new Set(nics.map(({ bridge }) => bridge))
}
