import type { Address, Clock, Envelope, Fate, Faults, InProcess } from '@novakit/core'
import { fates, inProcess, millis, later } from '@novakit/core'
import { layers, type Layers } from './layers.ts'

/** The bus of a simulated cloud. It remembers what was sent, and loses, repeats and delays what it is told to. */
export interface Bus {
  connect(name: string): ReturnType<InProcess['connect']>
  /** What becomes of each message from now on; null: all arrive, once, at once. */
  faults(faults: Faults | null): void
  /** What decides before that, message by message. */
  readonly fates: Layers<Parameters<Faults>, Fate>
  /** Every request that was ever sent, or those that are chosen, arrives once more, as if the network had kept a copy. */
  replay(chosen?: () => boolean): void
}

interface Sent {
  readonly address: Address
  readonly envelope: Envelope
}

/** A copy that the network kept is not older than this when it arrives. */
const PATIENCE = millis(10_000)

export function bus(clock: Clock): Bus {
  let plan: Faults | null = null
  const over = layers<Parameters<Faults>, Fate>()
  const sent: Sent[] = []
  const decide: Faults = (envelope, address, direction, from): Fate => {
    if (direction === 'request' && from !== 'echo') sent.push({ address, envelope })
    const fate = over.ask(envelope, address, direction, from)
    if (fate !== null) return fate
    return plan === null ? fates.deliver : plan(envelope, address, direction, from)
  }
  const wire = inProcess({ clock, faults: decide })
  const echo = wire.connect('echo')
  return {
    fates: over,
    connect: (name) => wire.connect(name),
    faults: (faults) => {
      plan = faults
    },
    replay: (chosen = () => true) => {
      const deadline = later(clock.now(), PATIENCE)
      for (const { address, envelope } of sent.filter(chosen)) {
        echo.request(address, { ...envelope, deadline }).catch(() => undefined)
      }
    },
  }
}
