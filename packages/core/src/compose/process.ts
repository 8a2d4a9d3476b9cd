import type { Agent } from '../compute/index.ts'
import type { CloudParts } from './options.ts'
import type { Container } from './container.ts'
import type { HypervisorDriver } from '../ports/hypervisor.ts'
import type { ImageHost } from '../ports/image.ts'
import type { NetworkHost } from '../ports/network.ts'
import { agent } from '../compute/index.ts'
import { cellIdOf } from './stores.ts'
import { closeStores } from './assemble.ts'
import { id, type HostName } from '../domain/ids.ts'
import { tokens } from './tokens.ts'

/** What runs in this process between start and stop. */
export interface Process {
  start(): Promise<void>
  stop(): Promise<void>
  drain(): Promise<void>
}

export function processOf(container: Container, parts: CloudParts): Process {
  const agents: Agent[] = []
  const conducts = parts.roles.includes('conductor')
  let started = false

  async function startAgents(): Promise<void> {
    for (const [cell, { hosts }] of Object.entries(parts.cells)) {
      for (const [host, driver] of Object.entries(hosts)) agents.push(await agentFor(parts, cell, host, driver))
    }
    await Promise.all(agents.map((one) => one.start()))
    await Promise.all(agents.map((one) => one.greeted(parts.timing.greetWithin)))
  }

  return {
    start: async () => {
      if (started) return
      started = true
      if (conducts) await container.get(tokens.conductor).start()
      await startAgents()
    },
    stop: async () => {
      await Promise.all(agents.map((one) => one.stop()))
      if (started && conducts) await container.get(tokens.conductor).stop()
      await parts.transport.close()
      await closeStores(container)
    },
    drain: () => container.get(tokens.conductor).drain(),
  }
}

/** The agent of one host, in whatever process. */
export async function agentFor(
  parts: AgentParts,
  cell: string,
  host: string,
  driver: HypervisorDriver,
): Promise<Agent> {
  const { transport, images, networks, firstBoot, secrets, clock, random, ids, log, timing } = parts
  return agent({
    host: id<HostName>(host),
    cell: cellIdOf(cell),
    driver,
    transport,
    images,
    networks,
    firstBoot,
    memory: await parts.memoryOf(host),
    secrets,
    clock,
    random,
    ids,
    log,
    heartbeatEvery: timing.heartbeatEvery,
  })
}

/** What an agent needs of a cloud's parts: of services only the host halves. */
export interface AgentParts extends Pick<
  CloudParts,
  'transport' | 'firstBoot' | 'secrets' | 'clock' | 'random' | 'ids' | 'log' | 'timing' | 'memoryOf'
> {
  readonly images: ImageHost
  readonly networks: NetworkHost
}
