import type { Connection } from '../knobs/connection.ts'
import type { Guest, HypervisorCore } from '@novakit/core'
import type { GuestRecord } from '../world/guest-record.ts'
import { conduct } from '../knobs/conduct.ts'
import { destroy } from './destroy.ts'
import { inventoriesOf } from './guest-at.ts'
import { powerControl } from './power.ts'
import { spawn } from './spawn.ts'

/** What every driver must do. `traits` is asked when the inventory is. */
export function hypervisorCore(connection: Connection, traits: () => readonly string[]): HypervisorCore {
  const { world, host, session, machine } = connection
  const read = <T>(name: 'inventory' | 'list', answer: () => T): Promise<T> =>
    conduct(connection, { name, guest: null, signal: undefined }, async () => answer())
  return {
    inventory: () => read('inventory', () => inventoriesOf(connection, traits())),
    list: () => read('list', () => world.guests.on(host).flatMap(listed)),
    spawn: (order, signal) => spawn(connection, order, signal),
    destroy: (guest, options) => destroy(connection, guest, options),
    power: powerControl(connection),
    events: (listener) => {
      // A wrapper of its own: the same function may listen twice.
      const mine = (event: Parameters<typeof listener>[0]): void => listener(event)
      session.listeners.add(mine)
      return () => session.listeners.delete(mine)
    },
    close: async () => {
      if (session.state === 'open') session.state = 'closed'
      session.listeners.clear()
      machine.sessions.delete(session)
      world.queue.dismiss(session)
      await world.guests.saved()
    },
  }
}

/** Disks without a definition are not seen, as on a real hypervisor; nor is what bears no mark of ours. */
function listed({ server, node, epoch, defined, power, broken }: GuestRecord): readonly Guest[] {
  if (!defined || epoch === null) return []
  return [{ server, node, epoch, power: broken === 'definition' ? 'nostate' : power }]
}
