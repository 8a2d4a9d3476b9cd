import type { Address } from '../ports/transport.ts'

/** Who listens where; those who share an address take turns. */
export interface Rota<Listener> {
  /** Gives a function that takes the listener off again; calling that twice does no harm. */
  add(address: Address, listener: Listener): () => void
  /** Whose turn it is at the address. */
  next(address: Address): Listener | undefined
  addresses(): readonly Address[]
}

export function rota<Listener>(): Rota<Listener> {
  const queues = new Map<Address, { readonly listener: Listener }[]>()
  return {
    add: (address, listener) => {
      // An entry of its own: the same listener may be on twice, and be taken off once.
      const entry = { listener }
      const queue = queues.get(address) ?? []
      queue.push(entry)
      queues.set(address, queue)
      return () => {
        const at = queue.indexOf(entry)
        if (at !== -1) queue.splice(at, 1)
        if (queue.length === 0 && queues.get(address) === queue) queues.delete(address)
      }
    },
    next: (address) => {
      const queue = queues.get(address)
      const first = queue?.shift()
      if (first !== undefined) queue?.push(first)
      return first?.listener
    },
    addresses: () => [...queues.keys()],
  }
}
