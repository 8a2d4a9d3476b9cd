import type { CallName } from '../knobs/call.ts'
import type { Connection } from '../knobs/connection.ts'
import type { FakeNodeOptions } from '../options.ts'
import type { GuestRecord } from '../world/guest-record.ts'
import type { GuestRef, NodeInventory, NodeName } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'
import { factsOf } from '../inventory/facts.ts'
import { fakeErrors } from '../errors.ts'
import { hostErrors, id } from '@novakit/core'
import { nodeInventory } from '../inventory/provider-tree.ts'
import { nodesOf } from '../parse-options.ts'
import { placeOf } from '../world/guest-record.ts'

export function findGuest(connection: Connection, guest: GuestRef): GuestRecord | null {
  return connection.world.guests.find(placeOf(connection.host, guest))
}

/** A defined guest. @throws `fake.guest_not_found`, `fake.broken` */
export function guestAt(connection: Connection, guest: GuestRef): GuestRecord {
  const record = findGuest(connection, guest)
  if (record === null || !record.defined) throw fakeErrors.guest_not_found({ server: guest.server })
  if (record.broken === 'definition') throw fakeErrors.broken({ server: guest.server, part: 'definition' })
  return record
}

/** A defined guest that is about to be changed. @throws as above, and `host.stale_epoch` where the knob says so */
export function guestToChange(connection: Connection, call: CallName, guest: GuestRef): GuestRecord {
  const record = guestAt(connection, guest)
  heedEpoch(connection, call, guest, record)
  return record
}

/** A hypervisor knows no epochs: it obeys an old command. That must not happen, so it is put on record. */
export function heedEpoch(connection: Connection, call: CallName, guest: GuestRef, record: GuestRecord): void {
  if (record.epoch === null || guest.epoch >= record.epoch) return
  if (connection.options.staleCommands === 'refuse') throw hostErrors.stale_epoch({})
  const { host, clock, world } = connection
  const { server, epoch } = guest
  world.ledger.report({ kind: 'stale_command', at: clock.now(), server, host, call, epoch, current: record.epoch })
}

/** A call of one step that replaces the record of a guest that must be here. */
export function reviseGuest(
  connection: Connection,
  name: CallName,
  guest: GuestRef,
  revise: (record: GuestRecord) => GuestRecord,
  signal?: AbortSignal,
): Promise<void> {
  return conduct(connection, { name, guest, signal }, (step) =>
    step('act', () => connection.world.guests.put(revise(guestToChange(connection, name, guest)))),
  )
}

/** A call that changes nothing. */
export function readGuest<T>(
  connection: Connection,
  name: CallName,
  guest: GuestRef,
  read: (record: GuestRecord) => T,
): Promise<T> {
  return conduct(connection, { name, guest, signal: undefined }, async () => read(guestAt(connection, guest)))
}

/** The host's nodes as the options have them at this moment. */
export function inventoriesOf(connection: Connection, traits: readonly string[]): readonly NodeInventory[] {
  const nodes = nodesOf(connection.options, connection.host)
  return Object.entries(nodes).map(([name, node]) => declared(connection, id<NodeName>(name), node, traits))
}

/** One node's capacity, without its traits. @throws `fake.node_not_found` */
export function nodeAt(connection: Connection, name: NodeName): NodeInventory {
  const nodes = nodesOf(connection.options, connection.host)
  const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined
  if (node === undefined) throw fakeErrors.node_not_found({ node: name })
  return declared(connection, name, node, [])
}

function declared(
  { host, options }: Connection,
  name: NodeName,
  node: FakeNodeOptions,
  traits: readonly string[],
): NodeInventory {
  return nodeInventory(host, name, node, traits, { ...factsOf(node), ...options.facts })
}
