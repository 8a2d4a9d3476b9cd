import type { Fate, Faults } from '@novakit/core'
import type { Trouble } from './mischief.ts'
import { fates, randomFaults, seconds } from '@novakit/core'
import { imageCalls } from '../world/fake-images.ts'
import { between, nowAndThen, pick } from './mischief.ts'

/** Messages are lost, repeated, delayed and overtaken; replies too. */
export const badNetwork: Trouble = ({ world, random, over, happens }) => {
  const unlucky = randomFaults(random, { drop: 0.05, loseReply: 0.05, duplicate: 0.15, delay: 0.2, upTo: seconds(4) })
  world.bus.fates.add((...message) => {
    if (over()) return null
    const fate = unlucky(...message)
    const [, address, direction, from] = message
    return isUsual(fate) || !happens(`${direction} of ${from} to ${address} ${describe(fate)}`) ? null : fate
  })
}

const isUsual = ({ copies }: Fate): boolean => copies.length === 1 && copies[0] === 0

function describe({ copies }: Fate): string {
  return copies.length === 0 ? 'is lost' : `arrives after ${copies.join(' and ')} ms`
}

/** Old messages come once more, long after what they were about. */
export const echoes: Trouble = (mischief) =>
  nowAndThen(mischief, 3, 15, () => {
    const { world, random, happens } = mischief
    const picks = random.fork(String(world.clock.now()))
    const share = random.next() / 2
    if (!happens(`a share of ${share.toFixed(2)} of all messages comes again`)) return
    world.trace.mark('old messages come again')
    world.bus.replay(() => picks.next() < share)
  })

/** Nobody hears somebody, somebody hears nobody, or both, for a while: a partition need not have two sides. */
export const partitions: Trouble = (mischief) => {
  const { world, random, happens } = mischief
  nowAndThen(mischief, 6, 20, () => {
    const name = pick(random, [...world.hosts, ...world.conductors]).name
    const way = pick(random, ['is not heard', 'hears nothing', 'is cut off'] as const)
    const span = between(random, 2, 20)
    if (!happens(`${name} ${way} for ${span} ms`)) return
    world.trace.mark(`a process ${way}`)
    const mend = world.bus.fates.add((...message) => {
      const { speaker, hearer } = sides(...message)
      const lost = (way !== 'hears nothing' && speaker === name) || (way !== 'is not heard' && hearer === name)
      return lost ? fates.drop : null
    })
    world.clock.after(span, mend)
  })
}

/** Hosts listen at addresses of their own; who answers at others is not known, and is cut off as a speaker only. */
function sides(...[, address, direction, from]: Parameters<Faults>): { speaker: string; hearer: string } {
  const there = address.startsWith('host/') ? (address.split('/').at(-1) ?? '') : ''
  return direction === 'request' ? { speaker: from, hearer: there } : { speaker: there, hearer: from }
}

/** The network service fails, before and after its work. */
export const badNetworkService: Trouble = (mischief) =>
  nowAndThen(mischief, 1, 6, () => {
    const { world, random, happens } = mischief
    const call = pick(random, ['allocate', 'release', 'list', 'plug', 'unplug'] as const)
    const when = pick(random, ['before', 'after_effect'] as const)
    if (happens(`the network service fails at ${call}, ${when}`)) world.networks.inject({ call, when })
  })

/** The image service is away, before and after its effect. */
export const badImageService: Trouble = (mischief) =>
  nowAndThen(mischief, 1, 6, () => {
    const { world, random, happens } = mischief
    const call = pick(random, imageCalls)
    const when = pick(random, ['before', 'after_effect'] as const)
    if (happens(`the image service fails at ${call}, ${when}`)) world.images.inject({ call, when })
  })

/** The volume service fails, before and after its work. */
export const badVolumeService: Trouble = (mischief) =>
  nowAndThen(mischief, 1, 6, () => {
    const { world, random, happens } = mischief
    const calls = ['reserve', 'giveUp', 'connect', 'complete', 'release', 'delete', 'attach', 'detach'] as const
    const call = pick(random, calls)
    const when = pick(random, ['before', 'after_effect'] as const)
    if (happens(`the volume service fails at ${call}, ${when}`)) world.volumes.inject({ call, when })
  })
