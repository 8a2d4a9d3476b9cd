import type { Address } from '../../ports/transport.ts'
import { encode } from '../../rpc/codec.ts'
import { busy, unreachable } from '../answer.ts'
import { rota } from '../rota.ts'
import type { Waiting } from '../waiting-room.ts'
import { answerHere, settleHere } from './answer-here.ts'
import { markLost, type End } from './end.ts'
import type { Reply, Request } from './messages.ts'
import type { Peer } from './peer.ts'

/** Who listens at an address: another process, or this one. */
type Target = Peer | 'here'

/**
 * Knows who listens where, and gives requests to them. What a peer had not answered when it was lost waits for a
 * listener at the same address, and is given to that one too.
 */
export interface Switchboard {
  listen(target: Target, address: Address): void
  unlisten(target: Target, address: Address): void
  /** Gives what waits, for one address or for any, to whoever listens there now. */
  wake(address?: Address): void
  /** Gives a request to a listener, unless one has it already. */
  dispatch(waiting: Waiting): void
  /** Answers a peer's request, here or through another peer. */
  relay(from: Peer, request: Request): Promise<void>
  settle(from: Peer, reply: Reply): void
  lose(peer: Peer): void
}

export function switchboard(end: End): Switchboard {
  const targets = rota<Target>()
  const listenings = new Map<Target, Map<Address, () => void>>()
  const { carriers } = end

  const give = (waiting: Waiting, target: Target): void => {
    const again = carriers.has(waiting)
    carriers.set(waiting, target)
    if (target === 'here') void settleHere(end, waiting)
    else target.request(waiting, again)
  }
  const dispatch = (waiting: Waiting): void => {
    const carrier = carriers.get(waiting)
    if (carrier !== undefined && carrier !== 'lost') return
    const target = targets.next(waiting.address)
    if (target !== undefined) give(waiting, target)
    else if (carrier === undefined) waiting.settle(unreachable(waiting.address))
  }

  return {
    dispatch,
    listen: (target, address) => {
      const at = listenings.get(target) ?? new Map<Address, () => void>()
      listenings.set(target, at)
      if (!at.has(address)) at.set(address, targets.add(address, target))
    },
    wake: (address) => {
      for (const waiting of end.room.all()) if (waiting.address === (address ?? waiting.address)) dispatch(waiting)
    },
    unlisten: (target, address) => {
      listenings.get(target)?.get(address)?.()
      listenings.get(target)?.delete(address)
    },
    relay: async (from, { seq, address, envelope, again }) => {
      const target = targets.next(address)
      if (target === 'here') return from.reply(seq, await answerHere(end, address, envelope))
      if (target === undefined && !again) return from.reply(seq, unreachable(address))
      if (end.room.size >= end.maxWaiting) return from.reply(seq, busy(address))
      const waiting = end.room.enter(address, envelope, encode(envelope))
      if (again) carriers.set(waiting, 'lost')
      if (target !== undefined) give(waiting, target)
      const answer = await waiting.outcome
      // That this hub closes is no answer: the peer asks again where the next hub is.
      if (!end.room.closed) from.reply(seq, answer)
    },
    settle: (from, { seq, answer }) => {
      const waiting = end.room.get(seq)
      // Nobody may answer what was asked of somebody else.
      if (waiting !== undefined && carriers.get(waiting) === from) waiting.settle(answer)
    },
    lose: (peer) => {
      for (const remove of listenings.get(peer)?.values() ?? []) remove()
      listenings.delete(peer)
      for (const waiting of markLost(end, peer)) dispatch(waiting)
    },
  }
}
