import type { CallName } from '../knobs/call.ts'
import type { Connection } from '../knobs/connection.ts'
import type { GuestRecord } from '../world/guest-record.ts'
import type { GuestRef, HostName, LiveMigrationFacet, NodeName, SpawnOrder } from '@novakit/core'
import { arm, conclude, disarm, finish } from './live-migration-job.ts'
import { checkRoom } from '../inventory/room.ts'
import { conduct } from '../knobs/conduct.ts'
import { defined, disksOnly, placeOf } from '../world/guest-record.ts'
import { drawSpan } from '../knobs/latency.ts'
import { fakeErrors } from '../errors.ts'
import { findGuest, guestToChange, heedEpoch, nodeAt, readGuest, reviseGuest } from '../core/guest-at.ts'
import { instant } from '@novakit/core'
import { mustBe } from './small.ts'
import { progressOf } from './live-migration-progress.ts'

type Data = Readonly<Record<string, unknown>>

/** Between hosts of one world. What travels from call to call is where the guest goes. */
export function liveMigrationFacet(connection: Connection): LiveMigrationFacet {
  const { world, machine, host, clock } = connection
  const { guests } = world
  const onJob = (name: CallName, guest: GuestRef, act: (record: GuestRecord) => void): Promise<void> =>
    conduct(connection, { name, guest, signal: undefined }, (step) =>
      step('act', () => {
        const record = guestToChange(connection, name, guest)
        if (record.job === null) throw fakeErrors.no_migration({ server: guest.server })
        if (record.job.state !== 'running') return
        disarm(machine, record)
        act(record)
      }),
    )
  return {
    checkDestination: (order) =>
      conduct(connection, { name: 'liveMigration.checkDestination', guest: order, signal: undefined }, async () => {
        checkRoom(nodeAt(connection, order.node), neighbours(connection, order), order)
        return { host, node: order.node }
      }),
    checkSource: (guest, destination) =>
      readGuest(connection, 'liveMigration.checkSource', guest, (record) => {
        mustBe(record, 'migrate live', 'running', 'paused')
        return { ...destination, sourceHost: host, sourceNode: guest.node }
      }),
    prepareDestination: (order, data) => prepare(connection, order, data),
    start: (guest, data) => begin(connection, guest, data),
    progress: (guest) =>
      readGuest(connection, 'liveMigration.progress', guest, (record) => progressOf(record, clock.now())),
    abort: (guest) => onJob('liveMigration.abort', guest, (record) => conclude(world, record, 'cancelled')),
    forceComplete: (guest) => onJob('liveMigration.forceComplete', guest, (record) => finish(world, record)),
    finishSource: (guest) =>
      conduct(connection, { name: 'liveMigration.finishSource', guest, signal: undefined }, (step) =>
        step('act', () => guests.remove(placeOf(host, guest))),
      ),
    finishDestination: (order) =>
      reviseGuest(connection, 'liveMigration.finishDestination', order, (record) => ({
        ...defined(record, order),
        incoming: false,
      })),
    rollbackDestination: (guest) =>
      conduct(connection, { name: 'liveMigration.rollbackDestination', guest, signal: undefined }, (step) =>
        step('act', () => {
          const record = findGuest(connection, guest)
          if (!record?.incoming) return
          heedEpoch(connection, 'liveMigration.rollbackDestination', guest, record)
          guests.remove(record)
        }),
      ),
  }
}

/** A guest that does not run yet, with everything that the order says. */
function prepare(connection: Connection, order: SpawnOrder, data: Data): Promise<Data> {
  const name = 'liveMigration.prepareDestination'
  return conduct(connection, { name, guest: order, signal: undefined }, async (step) => {
    await step('act', () => {
      const found = findGuest(connection, order)
      if (found?.incoming) return
      if (found !== null) throw fakeErrors.older_guest({ server: order.server })
      checkRoom(nodeAt(connection, order.node), neighbours(connection, order), order)
      const arrival = defined(disksOnly(connection.host, order), order)
      connection.world.guests.put({ ...arrival, power: 'paused', incoming: true })
    })
    return { ...data, host: connection.host, node: order.node }
  })
}

function neighbours(connection: Connection, order: SpawnOrder): readonly GuestRecord[] {
  const here = connection.world.guests.on(connection.host)
  return here.filter(({ node, server }) => node === order.node && server !== order.server)
}

function begin(connection: Connection, guest: GuestRef, data: Data): Promise<void> {
  const { world, machine, clock, options, random } = connection
  const name = 'liveMigration.start'
  const { span = 0, outcome = 'completes' } = options.migration ?? {}
  return conduct(connection, { name, guest, signal: undefined }, (step) =>
    step('act', () => {
      const record = guestToChange(connection, name, guest)
      if (record.job?.state === 'running' || record.job?.state === 'completed') return
      mustBe(record, 'migrate live', 'running', 'paused')
      const destination = { host: data['host'] as HostName, node: data['node'] as NodeName, server: guest.server }
      if (!world.guests.find(destination)?.incoming) throw fakeErrors.destination_unknown({}, { detail: destination })
      const startedAt = clock.now()
      const endsAt = outcome === 'never' ? null : instant(startedAt + drawSpan(span, random.latency))
      const ending = outcome === 'fails' ? 'fails' : 'completes'
      const job = { state: 'running', destination, startedAt, endsAt, outcome: ending } as const
      world.guests.put({ ...record, job })
      arm(world, machine, { ...record, job })
    }),
  )
}
