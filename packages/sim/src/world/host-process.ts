import type { Clock, CloudTiming, HypervisorDriver, Ids, SecretBox, Transport } from '@novakit/core'
import type { FakeNetworks } from './fake-networks.ts'
import type { FakeWorld } from '@novakit/driver-fake'
import { agentFor, id, seededRandom, silentLog, volatileHostMemory } from '@novakit/core'
import { staticImages } from '@novakit/local-services'
import { cirros } from './conductor-process.ts'
import { life, type Life } from './life.ts'
import { localClock } from './local-clock.ts'
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
}

export interface HostWorld {
  readonly clock: Clock
  readonly ids: Ids
  readonly seed: string
  readonly secrets: SecretBox
  readonly timing: CloudTiming
  readonly networks: FakeNetworks
  readonly hypervisors: FakeWorld
  connect(name: string): Transport
}

export function hostProcess(world: HostWorld, cell: string, name: string, driver: HypervisorDriver): HostProcess {
  const memory = volatileHostMemory()
  let alive: Life | null = null
  let end: Transport | null = null
  let starts = 0
  return {
    name,
    cell,
    get up() {
      return alive !== null
    },
    start: async () => {
      if (alive !== null) return
      alive = life()
      end = localEnd(world.connect(name), alive)
      const { clock, ids, secrets, timing, networks, seed } = world
      const parts = {
        transport: end,
        images: staticImages([cirros]),
        networks: networks.hostHalf(name),
        firstBoot: null,
        secrets,
        clock: localClock(clock, alive),
        random: seededRandom(`${seed}/${name}/${++starts}`),
        ids,
        log: silentLog,
        timing,
        memoryOf: async () => memory,
      }
      const mine = alive
      await untilItStarts(clock, async () => {
        if (mine.state !== 'dead') await (await agentFor(parts, cell, name, driver)).start()
      })
    },
    kill: () => {
      alive?.end()
      void end?.close()
      alive = null
      world.hypervisors.crash(id(name))
    },
  }
}
