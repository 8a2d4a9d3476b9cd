import type { Agent } from '../compute/index.ts'
import type { CloudParts, MemoryOf } from './options.ts'
import type { Container } from './container.ts'
import type { GlobalStore } from '../ports/storage.ts'
import type { HypervisorDriver } from '../ports/hypervisor.ts'
import type { ImageHost } from '../ports/image.ts'
import type { NetworkHost } from '../ports/network.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { VolumeHost } from '../ports/volume.ts'
import { agent, pulse, type Pulse } from '../compute/index.ts'
import { cellIdOf } from './stores.ts'
import { client } from '../rpc/index.ts'
import { closeStores, followCells } from './assemble.ts'
import { conductorAddress, conductorContract } from '../rpc/conductor.ts'
import { id, type HostName } from '../domain/ids.ts'
import { hostMemoryMigrations } from '../storage/host-memory/migration.ts'
import { once } from 'node:events'
import { openStore } from '../storage/index.ts'
import { problemOf } from '../domain/error.ts'
import { storedHostMemory } from '../storage/host-memory/stored-host-memory.ts'
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
  const leaving = new AbortController()
  const left = once(leaving.signal, 'abort')
  let following: Promise<void> = Promise.resolve()
  let starting: Promise<void> | null = null
  let memory: GlobalStore | null = null

  /** Opened with the first agents. */
  async function memories(): Promise<MemoryOf> {
    const { memoryOf } = parts
    if (memoryOf !== 'database') return memoryOf
    const store = await openStore('global', 'hosts', parts.storage, parts, [hostMemoryMigrations])
    memory = store
    return async (host) => storedHostMemory(store, host)
  }

  async function startAgents(): Promise<void> {
    if (Object.values(parts.cells).every(({ hosts }) => Object.keys(hosts).length === 0)) return
    const ofAgents = { ...parts, secrets: container.get(tokens.secrets), memoryOf: await memories() }
    for (const [cell, { hosts }] of Object.entries(parts.cells)) {
      const shared = pulseOf(ofAgents, cell)
      for (const [host, driver] of Object.entries(hosts))
        agents.push(await agentFor(ofAgents, cell, host, driver, shared))
    }
    await Promise.all(agents.map((one) => one.start()))
    const greetings = agents.map((one) => one.greeted(parts.timing.greetWithin))
    await Promise.race([Promise.all(greetings), left])
  }

  /** Work begins when the hosts are known: it would find no place for anything before. */
  async function start(): Promise<void> {
    if (conducts) await container.get(tokens.conductor).listen()
    await startAgents()
    if (conducts) await container.get(tokens.conductor).start()
    following = follow()
  }

  /** Looks for cells that other processes make. */
  async function follow(): Promise<void> {
    const { clock, log, timing } = parts
    for (;;) {
      await clock.sleep(timing.scanEvery, leaving.signal)
      if (leaving.signal.aborted) return
      await followCells(container, parts).catch((error: unknown) => {
        log.warn('looking for new cells failed', { code: problemOf(error).code })
      })
    }
  }

  return {
    start: () => (starting ??= start()),
    stop: async () => {
      leaving.abort()
      await starting?.catch(() => undefined)
      await following
      await inTurn([
        () => atOnce(agents.map((one) => () => one.stop())),
        async () => {
          if (starting !== null && conducts) await container.get(tokens.conductor).stop()
        },
        () => parts.transport.close(),
        async () => memory?.close(),
        () => closeStores(container),
      ])
    },
    drain: () => container.get(tokens.conductor).drain(),
  }
}

type Ending = () => Promise<void>

/** What fails spares nothing after it. @throws what failed first */
async function inTurn(endings: readonly Ending[]): Promise<void> {
  const failures: unknown[] = []
  for (const end of endings) await end().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

async function atOnce(endings: readonly Ending[]): Promise<void> {
  const ended = await Promise.allSettled(endings.map((end) => end()))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** The heartbeats of all hosts of this process in a cell. */
export function pulseOf(parts: AgentParts, cell: string): Pulse {
  const { transport, clock, random, ids, log, timing } = parts
  return pulse({
    conductor: client(conductorContract, transport, conductorAddress(cellIdOf(cell)), { clock, ids }),
    clock,
    random: random.fork(`pulse/${cell}`),
    log,
    every: timing.heartbeatEvery,
    traceId: ids.uuid(),
  })
}

/** The agent of one host, in whatever process. */
export async function agentFor(
  parts: AgentParts,
  cell: string,
  host: string,
  driver: HypervisorDriver,
  shared: Pulse = pulseOf(parts, cell),
): Promise<Agent> {
  const { transport, images, networks, volumes, firstBoot, secrets, clock, random, ids, log, timing } = parts
  return agent({
    host: id<HostName>(host),
    cell: cellIdOf(cell),
    driver,
    transport,
    images,
    networks,
    volumes,
    firstBoot,
    memory: await parts.memoryOf(host),
    secrets,
    clock,
    random,
    ids,
    log,
    pulse: shared,
    surveyEvery: timing.surveyEvery,
    censusEvery: timing.censusEvery,
  })
}

/** What an agent needs of a cloud's parts: of services only the host halves. */
export interface AgentParts extends Pick<
  CloudParts,
  'transport' | 'firstBoot' | 'clock' | 'random' | 'ids' | 'log' | 'timing'
> {
  readonly memoryOf: MemoryOf
  readonly images: ImageHost
  readonly networks: NetworkHost
  readonly volumes: VolumeHost
  readonly secrets: SecretBox
}
