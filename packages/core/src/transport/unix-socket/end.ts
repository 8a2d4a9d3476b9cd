import type { Bytes, Millis } from '../../domain/unit/units.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import type { Address } from '../../ports/transport.ts'
import type { Handle } from '../answer.ts'
import type { Rota } from '../rota.ts'
import type { Waiting, WaitingRoom } from '../waiting-room.ts'
import type { Peer } from './peer.ts'

/** What one end of the transport has, whether it is the hub or a leaf at the moment. */
export interface End {
  readonly name: string
  readonly path: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly maxMessage: Bytes
  readonly maxQueue: Bytes
  readonly maxWaiting: number
  readonly patience: Millis
  /** Who listens in this process. */
  readonly local: Rota<Handle>
  /** Requests of this process, and in a hub those that it passes on. */
  readonly room: WaitingRoom
  readonly carriers: Carriers
}

/**
 * Whom a request was given to: a peer, a listener here, or one that was lost since. The lost may have taken it, so it is
 * not answered `unreachable` any more. It outlives the role: a leaf that becomes the hub goes on with what it sent.
 */
export type Carriers = WeakMap<Waiting, Peer | 'here' | 'lost'>

/** What this peer was given and has not answered is free to be given again. */
export function markLost(end: End, peer: Peer): readonly Waiting[] {
  const freed = end.room.all().filter((waiting) => end.carriers.get(waiting) === peer)
  for (const waiting of freed) end.carriers.set(waiting, 'lost')
  return freed
}

/** How an end takes part: as the hub, or as a leaf. */
export interface Role {
  /** Somebody in this process listens at the address now; resolves when others can reach it. */
  announce(address: Address): Promise<void>
  /** Nobody in this process listens there any more. */
  withdraw(address: Address): Promise<void>
  /** Sends a request of this process on its way. What is on its way already stays there. */
  dispatch(waiting: Waiting): void
  /** The room of waiting requests is no longer empty, or is again. */
  occupied(): void
  close(): Promise<void>
}
