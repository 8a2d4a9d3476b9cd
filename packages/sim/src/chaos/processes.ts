import type { CloudWorld } from '../world/cloud-world.ts'
import type { Trouble } from './mischief.ts'
import type { StorageFault } from '@novakit/core/oracles'
import { forEver } from '@novakit/core/oracles'
import { hostErrors, millis } from '@novakit/core'
import { between, nowAndThen, pick } from './mischief.ts'

/** Conductors die at the steps of sagas, and others take their place; some steps only fail. */
export const dyingConductors: Trouble = (mischief) => {
  const { world, random, over, happens } = mischief
  world.chaos.failPoints.add((process, point, operation, key) => {
    if (over() || random.next() >= 0.02) return null
    const fails = point !== 'after_commit' && random.next() < 0.4
    const back = between(random, 1, 8)
    if (!happens(`${process.name} ${fails ? 'fails' : 'dies'} ${point} of ${operation.kind} ${key}`)) return null
    world.trace.mark(fails ? 'a step fails' : `a conductor dies ${point.replace('_', ' ')}`)
    if (key.endsWith('/undo')) world.trace.mark('something goes wrong on the way back')
    if (fails) return Promise.reject(hostErrors.refused({}, { detail: 'thrown by the simulation' }))
    process.kill()
    world.clock.after(back, () => void world.addConductor())
    return forEver()
  })
}

/** Conductors and APIs die where they talk to a store: in the middle of a transaction, or between it and its answer. */
export const deathsAtStores: Trouble = (mischief) => {
  const { world, random, over, happens } = mischief
  world.chaos.storage.add((process, { store, call }) => {
    if (over() || call === 'open' || process.life.state === 'dead' || random.next() >= 0.004) return null
    const fault: StorageFault =
      call === 'read' ? 'lost' : pick(random, ['lost', 'unknown_kept', 'unknown_lost'] as const)
    const back = between(random, 1, 8)
    if (!happens(`${process.name} dies at a ${call} in ${store}: ${fault}`)) return null
    world.trace.mark('a process dies at a store')
    // What was begun is carried out or rolled back; nobody hears of it.
    queueMicrotask(() => process.kill())
    world.clock.after(back, () => void (process.name.startsWith('api') ? world.addApi() : world.addConductor()))
    return fault
  })
}

/** Steps take their time: others act between a look and the write that follows from it. */
export const slowConductors: Trouble = ({ world, random, over, happens }) => {
  world.chaos.failPoints.add((process, point, { kind }, key) => {
    if (over() || random.next() >= 0.1) return null
    const span = between(random, 0, 3)
    if (!happens(`${process.name} waits ${span} ms ${point} of ${kind} ${key}`)) return null
    return process.clock.sleep(span)
  })
}

/** Conductors stand still for longer than their leases, and go on as if nothing were. */
export const stallingConductors: Trouble = (mischief) =>
  nowAndThen(mischief, 5, 15, () => {
    const { world, random, happens } = mischief
    const { life, name } = pick(random, world.conductors)
    const span = between(random, 2, 15)
    if (!happens(`${name} stands still for ${span} ms`)) return
    if (life.state === 'running') world.trace.mark('a conductor stands still')
    life.pause()
    world.clock.after(span, () => life.resume())
  })

/** Agents die; their guests run on. */
export const dyingAgents: Trouble = (mischief) =>
  nowAndThen(mischief, 4, 15, () => {
    const { world, random, happens } = mischief
    const host = pick(random, world.hosts)
    const back = between(random, 1, 25)
    if (!happens(`the agent of ${host.name} dies for ${back} ms`)) return
    host.kill()
    world.clock.after(back, () => void host.start())
  })

/** Agents die in the middle of what their hypervisors do for them. */
export const agentsDyingAtWork: Trouble = (mischief) => {
  const { world, random, over, happens } = mischief
  const steps = { spawn: ['disk', 'define', 'start', 'end'], destroy: ['stop', 'undefine', 'clean', 'end'] } as const
  world.chaos.driver.add(({ name, host: place }) => {
    if (over() || (name !== 'spawn' && name !== 'destroy') || random.next() >= 0.06) return null
    const at = pick(random, steps[name])
    const back = between(random, 1, 12)
    const host = world.hosts.find((one) => one.name === place)
    if (host === undefined || !happens(`the agent of ${place} dies before the ${at} of a ${name}`)) return null
    world.trace.mark(`an agent dies in the middle of a ${name}`)
    world.clock.after(between(random, 0, 1), () => {
      host.kill()
      world.clock.after(back, () => void host.start())
    })
    return { kind: 'hang', at }
  })
}

/** Two agents on one host, and more conductors than there should be, for a while. */
export const twins: Trouble = (mischief) =>
  nowAndThen(mischief, 8, 25, () => {
    const { world, random, happens } = mischief
    const host = pick(random, world.hosts)
    const span = between(random, 3, 15)
    if (!host.up || !happens(`${host.name} has two agents for ${span} ms`)) return
    world.trace.mark('a host has two agents')
    void host.startTwin()
    world.clock.after(span, () => {
      host.kill()
      void host.start()
    })
  })

const HOUR = 3_600_000

/** Clocks of processes are an hour wrong for a while. Leases go by the stores' clocks. */
export const clockJumps: Trouble = (mischief) =>
  nowAndThen(mischief, 5, 15, () => {
    const { world, random, happens } = mischief
    const one = pick(random, [
      ...world.hosts,
      ...world.conductors.map(({ name, clock }) => ({ name, jump: clock.jump })),
    ])
    const by = pick(random, [-HOUR, HOUR, 30_000, -30_000])
    const span = between(random, 2, 12)
    if (!happens(`the clock of ${one.name} is ${by} ms wrong for ${span} ms`)) return
    world.trace.mark(by < 0 ? 'a clock goes back' : 'a clock goes ahead')
    one.jump(by)
    world.clock.after(span, () => one.jump(0))
  })

/** Every process of the control plane is dead at once. Nothing begins to run meanwhile, and no hypervisor is asked (I22). */
export const blackouts: Trouble = (mischief) =>
  nowAndThen(mischief, 10, 40, () => {
    const { world, random, happens } = mischief
    const span = between(random, 1, 10)
    if (!happens(`everything but the guests is dead for ${span} ms`)) return
    for (const conductor of world.conductors) conductor.kill()
    for (const host of world.hosts) host.kill()
    world.trace.mark('every process is dead at once')
    watchTheDark(world)
    world.clock.after(span, () => {
      void world.addConductor()
      for (const host of world.hosts) void host.start()
    })
  })

/** As long as nobody has been started again, by this trouble or another. */
function watchTheDark({ hypervisors, clock, hosts, conductors, violate }: CloudWorld): void {
  const doings = (): number =>
    hypervisors.calls().length + hypervisors.powerChanges().filter(({ running }) => running).length
  const before = doings()
  const look = (): void => {
    if (hosts.some((host) => host.up) || conductors.some(({ life }) => life.state !== 'dead')) return
    if (doings() > before) violate('guests were touched while every process was dead')
    clock.after(millis(100), look)
  }
  clock.after(millis(100), look)
}
