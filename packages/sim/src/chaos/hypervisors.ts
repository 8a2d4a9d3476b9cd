import type { Fault } from '@novakit/driver-fake'
import type { CloudWorld } from '../world/cloud-world.ts'
import type { Random } from '@novakit/core'
import type { Trouble } from './mischief.ts'
import { id } from '@novakit/core'
import { between, nowAndThen, pick } from './mischief.ts'

/** Machines lose their power. */
export const powerCuts: Trouble = (mischief) =>
  nowAndThen(mischief, 10, 30, () => {
    const { world, random, happens } = mischief
    const host = pick(random, world.hosts)
    const span = between(random, 5, 25)
    if (!happens(`${host.name} has no power for ${span} ms`)) return
    if (world.hypervisors.guests(id(host.name)).length > 0) world.trace.mark('a machine with guests loses its power')
    host.cutPower()
    world.clock.after(span, () => void host.restorePower())
  })

/** A machine dies, and is not there again before somebody has noticed. */
export const deadMachines: Trouble = (mischief) =>
  nowAndThen(mischief, 5, 25, () => {
    const { world, random, happens } = mischief
    const host = pick(random, world.hosts)
    const span = between(random, 40, 60)
    if (!happens(`${host.name} is dead for ${span} ms`)) return
    host.cutPower()
    world.clock.after(span, () => void host.restorePower())
  })

/** Hypervisors fail before, in and after their work, do nothing, are late, or stand still. */
export const badHypervisors: Trouble = (mischief) => {
  const { world, random, over, happens } = mischief
  world.chaos.driver.add(({ name, host }) => {
    if (over() || random.next() >= 0.12) return null
    const fault = faultOf(name, random)
    if (fault === null || !happens(`${name} on ${host} meets ${fault.kind}`)) return null
    world.trace.mark(`a hypervisor call meets ${fault.kind}`)
    return fault
  })
  nowAndThen(mischief, 3, 10, () => letHungCallsGo(world))
}

/** For a while no guest can be started anywhere, or on one host: all places that a server may go to are used up. */
export const nothingStarts: Trouble = (mischief) =>
  nowAndThen(mischief, 4, 15, () => {
    const { world, random, happens } = mischief
    const where = random.next() < 0.5 ? null : pick(random, world.hosts).name
    const at = pick(random, ['begin', 'disk', 'define', 'start'] as const)
    const span = between(random, 1, 8)
    if (!happens(`nothing starts ${where === null ? 'anywhere' : `on ${where}`} for ${span} ms`)) return
    const mend = world.chaos.driver.add(({ name, host }) =>
      name === 'spawn' && (where === null || where === host) ? { kind: 'error', at, help: 'elsewhere' } : null,
    )
    world.clock.after(span, mend)
  })

/** A hypervisor goes on with what it had stopped at. */
export async function letHungCallsGo({ hypervisors }: CloudWorld): Promise<void> {
  for (const call of hypervisors.waiting()) await hypervisors.release(call).catch(() => undefined)
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
