import type { CloudWorld, DriverPlan } from '../world/cloud-world.ts'
import type { Fault } from '@novakit/driver-fake'
import type { Millis, Random } from '@novakit/core'
import { fates, id, millis, randomFaults, seconds } from '@novakit/core'
import { forEver } from '@novakit/core/oracles'

/** One kind of trouble. It goes on until `over` says so, and leaves nothing broken that time does not mend. */
export type Trouble = (world: CloudWorld, random: Random, over: () => boolean) => void

/** Messages are lost, repeated, delayed and overtaken; replies too. */
const badNetwork: Trouble = (world, random, over) => {
  const unlucky = randomFaults(random, { drop: 0.05, loseReply: 0.05, duplicate: 0.15, delay: 0.2, upTo: seconds(4) })
  world.bus.faults((...message) => (over() ? fates.deliver : unlucky(...message)))
}

/** Writes of conductors end in every way in which a commit can. */
const badStorage: Trouble = (world, random) => {
  const faults = ['retry', 'lost', 'unknown_kept', 'unknown_lost'] as const
  world.storageFaults({ random, share: 0.04, faults })
}

/** Conductors die where they stand, and others take their place. */
const dyingConductors: Trouble = (world, random, over) => {
  world.intercept(async (process, point) => {
    if (over() || random.next() >= 0.02) return
    if (point !== 'after_commit' && random.next() < 0.4) throw new Error('not recorded')
    process.kill()
    world.clock.after(between(random, 1, 8), () => void world.addConductor())
    await forEver()
  })
}

/** Conductors stand still for longer than their leases, and go on as if nothing were. */
const stallingConductors: Trouble = (world, random, over) =>
  again(world, over, random, 5, 15, () => {
    const { life } = pick(random, world.conductors)
    life.pause()
    world.clock.after(between(random, 2, 15), () => life.resume())
  })

/** Agents die; their guests run on. */
const dyingAgents: Trouble = (world, random, over) =>
  again(world, over, random, 4, 15, () => {
    const host = pick(random, world.hosts)
    host.kill()
    world.clock.after(between(random, 1, 25), () => void host.start())
  })

/** Machines lose their power. */
const powerCuts: Trouble = (world, random, over) =>
  again(world, over, random, 10, 30, () => {
    const host = pick(random, world.hosts)
    host.kill()
    world.hypervisors.cutPower(id(host.name))
    world.clock.after(between(random, 5, 25), () => {
      world.hypervisors.restorePower(id(host.name))
      void host.start()
    })
  })

/** Stores answer nobody for a while. */
const storeOutages: Trouble = (world, random, over) =>
  again(world, over, random, 8, 25, () => {
    const store = pick(random, world.stores)
    world.outages.add(store)
    world.clock.after(between(random, 1, 10), () => world.outages.delete(store))
  })

/** Hypervisors fail before, in and after their work, do nothing, or stand still. */
const badHypervisors: Trouble = (world, random, over) => {
  const plan: DriverPlan = ({ name }) => {
    if (over() || random.next() >= 0.12) return null
    return faultOf(name, random)
  }
  world.driverFaults(plan)
  again(world, over, random, 3, 10, () => letHungCallsGo(world))
}

function faultOf(call: string, random: Random): Fault | null {
  const kinds: readonly Fault[] = [
    { kind: 'error', help: pick(random, ['elsewhere', 'same', 'later', 'never']) },
    { kind: 'error-after-effect' },
    { kind: 'hang' },
  ]
  if (call === 'spawn') {
    return pick(random, [
      ...kinds,
      { kind: 'no-effect' },
      { kind: 'error', at: 'define' },
      { kind: 'hang', at: 'start' },
    ])
  }
  if (call === 'destroy') {
    const late: Fault = { kind: 'late-effect', after: 1 + random.below(5000) }
    return pick(random, [...kinds, { kind: 'error', at: 'clean' }, late])
  }
  return pick(
    random,
    kinds.filter((fault) => fault.kind !== 'error-after-effect'),
  )
}

/** The network service fails, before and after its work. */
const badNetworkService: Trouble = (world, random, over) =>
  again(world, over, random, 1, 6, () => {
    const call = pick(random, ['allocate', 'release', 'list', 'plug', 'unplug'] as const)
    world.networks.inject({ call, when: pick(random, ['before', 'after_effect'] as const) })
  })

/** Every kind of trouble there is, by name. */
export const troubles: Readonly<Record<string, Trouble>> = {
  badNetwork,
  badStorage,
  dyingConductors,
  stallingConductors,
  dyingAgents,
  powerCuts,
  storeOutages,
  badHypervisors,
  badNetworkService,
}

/** All is well again: what was broken works, what was dead lives. */
export async function heal(world: CloudWorld): Promise<void> {
  world.bus.faults(null)
  world.intercept(null)
  world.driverFaults(null)
  world.storageFaults(null)
  world.networks.heal()
  world.outages.clear()
  for (const host of world.hosts) {
    world.hypervisors.restorePower(id(host.name))
    void host.start()
  }
  for (const { life } of world.conductors) life.resume()
  if (!world.conductors.some(({ life }) => life.state === 'running')) await world.addConductor()
  await letHungCallsGo(world)
}

async function letHungCallsGo({ hypervisors }: CloudWorld): Promise<void> {
  for (const call of hypervisors.waiting()) await hypervisors.release(call).catch(() => undefined)
}

/** Does something now and then, between so many seconds. */
function again(
  { clock }: CloudWorld,
  over: () => boolean,
  random: Random,
  from: number,
  to: number,
  act: () => void | Promise<void>,
): void {
  const next = (): void => {
    if (over()) return
    void act()
    clock.after(between(random, from, to), next)
  }
  clock.after(between(random, 0, to), next)
}

export function between(random: Random, from: number, to: number): Millis {
  return millis(1000 * from + random.below(1000 * (to - from) + 1))
}

/** @param among not empty */
export function pick<T>(random: Random, among: readonly T[]): T {
  return among[random.below(among.length)] as T
}
