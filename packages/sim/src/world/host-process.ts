import type { Clock, CloudTiming, HypervisorDriver, Ids, ImageHost, SecretBox, Transport } from '@novakit/core'
import type { FakeNetworks } from './fake-networks.ts'
import type { FakeVolumes } from './fake-volumes.ts'
import type { FakeWorld } from '@novakit/driver-fake'
import { agentFor, id, seededRandom, silentLog, volatileHostMemory } from '@novakit/core'
import { life, type Life } from './life.ts'
import { localClock, type LocalClock } from './local-clock.ts'
import { localEnd } from './local-end.ts'
import { untilItStarts } from './until-it-starts.ts'

/** A hypervisor host and the agent on it. Memory and guests outlive the agent. */
export interface HostProcess {
  readonly name: string
  readonly cell: string
  readonly up: boolean
  /** Starts the agent, if none runs. */
  start(): Promise<void>
  /** The agent dies at once. Guests run on. */
  kill(): void
  /** The machine goes dark: the agent and all guests with it. */
  cutPower(): void
  /** It boots: its guests are stopped, and the agent starts. */
  restorePower(): Promise<void>
  /** Another agent starts on the same host, as if by mistake; they know nothing of each other, and both die by `kill`. */
  startTwin(): Promise<void>
  /** The agents' clocks show that much more from now on, in milliseconds; 0: they are right. */
  jump(by: number): void
}

export interface HostWorld {
  readonly clock: Clock
  readonly ids: Ids
  readonly seed: string
  readonly secrets: SecretBox
  readonly timing: CloudTiming
  readonly networks: FakeNetworks
  readonly images: ImageHost
  readonly volumes: FakeVolumes
  readonly hypervisors: FakeWorld
  connect(name: string): Transport
}

export function hostProcess(world: HostWorld, cell: string, name: string, driver: HypervisorDriver): HostProcess {
  const memory = volatileHostMemory()
  const running = new Set<Agent>()
  let starts = 0
  const start = async (): Promise<void> => {
    const alive = life()
    const clock = localClock(world.clock, alive)
    const agent = { alive, end: localEnd(world.connect(name), alive, clock), clock }
    running.add(agent)
    const parts = {
      transport: agent.end,
      images: world.images,
      networks: world.networks.hostHalf(name),
      volumes: world.volumes.hostHalf(name),
      firstBoot: null,
      secrets: world.secrets,
      clock: agent.clock,
      random: seededRandom(`${world.seed}/${name}/${++starts}`),
      ids: world.ids,
      log: silentLog,
      timing: world.timing,
      memoryOf: async () => memory,
    }
    await untilItStarts(world.clock, async () => {
      if (alive.state !== 'dead') await (await agentFor(parts, cell, name, driver)).start()
    })
  }
  const kill = (): void => {
    for (const { alive, end } of running) {
      alive.end()
      void end.close()
    }
    running.clear()
    world.hypervisors.crash(id(name))
  }
  const startUnlessUp = async (): Promise<void> => {
    if (running.size === 0) await start()
  }
  return {
    name,
    cell,
    get up() {
      return running.size > 0
    },
    start: startUnlessUp,
    cutPower: () => {
      kill()
      world.hypervisors.cutPower(id(name))
    },
    restorePower: async () => {
      world.hypervisors.restorePower(id(name))
      await startUnlessUp()
    },
    startTwin: start,
    jump: (by) => {
      for (const { clock } of running) clock.jump(by)
    },
    kill,
  }
}

interface Agent {
  readonly alive: Life
  readonly end: Transport
  readonly clock: LocalClock
}
