import path from 'node:path'
import type { SeenGuest as WholeGuest } from '@novakit/core/oracles'
import type { Transport } from 'novakit'
import { createAgent, millis, systemClock, unixSocket } from 'novakit'
import { fakeDriver, fakeWorld, type CallName, type FakeWorld, type Point } from '@novakit/driver-fake'
import { die, serveParent } from './serve-parent.ts'
import { guestsOf, type SeenGuest } from '../check-quiet.ts'
import { node, quick } from '../open-cloud.ts'

/** Hosts whose agents run in one process of their own, in a world that outlives it. */
export interface HostsOptions {
  readonly folder: string
  readonly socket: string
  readonly hosts: readonly string[]
}

/** Where it dies: inside a call to the driver, or around a message. */
export type DieAt =
  | { readonly call: CallName; readonly at: Point }
  | { readonly message: string; readonly when: 'before' | 'after' }

let trap: DieAt | null = null

async function pass<T>(method: string, work: () => Promise<T>): Promise<T> {
  const mine = trap !== null && 'message' in trap && trap.message === method ? trap.when : null
  if (mine === 'before') await die()
  const answer = await work()
  if (mine === 'after') await die()
  return answer
}

/** Dies around the messages that it is told. */
function deadly(end: Transport): Transport {
  return {
    name: end.name,
    listen: (address, handle) =>
      end.listen(address, (envelope) => {
        const { order } = envelope.payload as { order?: string }
        return pass(`${envelope.method} ${order}`, () => handle(envelope))
      }),
    request: (address, envelope) => {
      const { step } = envelope.payload as { step?: string }
      return pass(`${envelope.method} ${step}`, () => end.request(address, envelope))
    },
    close: () => end.close(),
  }
}

async function begin({ folder, socket, hosts }: HostsOptions) {
  const leaf = unixSocket({ path: socket, role: 'leaf', reconnect: { first: millis(10), most: millis(50) } })
  await leaf.open()
  const transport = deadly(leaf)
  const world = fakeWorld({ stateFile: path.join(folder, 'guests') })
  const driver = fakeDriver({ ...node, world })
  for (const host of hosts) {
    const agent = await createAgent({ host, cell: 'west', driver, transport, stateFolder: folder, timing: quick })
    await agent.start()
  }
  return offerOf(world)
}

function offerOf(world: FakeWorld) {
  /** A call hangs where the process is to die: then it dies there. */
  const dieWhenItHangs = async (): Promise<void> => {
    while (world.waiting().length === 0) await systemClock.sleep(millis(1))
    await die()
  }
  return {
    guests: async (): Promise<readonly SeenGuest[]> => guestsOf(world),
    wholeGuests: async (): Promise<readonly WholeGuest[]> =>
      world.guests().map(({ host, server, epoch, defined, power, ports, volumes }) => {
        const attached = volumes.map(({ attachment }) => attachment)
        return { host, server, epoch, whole: defined, power, ports, volumes: attached }
      }),
    violations: async (): Promise<readonly unknown[]> => world.violations(),
    /** The next spawn, on whichever host, fails. */
    failSpawn: async (): Promise<void> => {
      world.inject({ call: 'spawn', fault: { kind: 'error', at: 'start' } })
    },
    arm: async (at: DieAt): Promise<void> => {
      if ('message' in at) {
        trap = at
        return
      }
      world.inject({ call: at.call, fault: { kind: 'hang', at: at.at } })
      dieWhenItHangs().catch(() => undefined)
    },
  }
}

export type Hosts = ReturnType<typeof offerOf>
serveParent(begin)
