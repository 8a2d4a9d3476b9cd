import type { Connection } from '../knobs/connection.ts'
import type { GuestRecord } from '../world/guest-record.ts'
import type { HypervisorFacets, PowerState } from '@novakit/core'
import { fakeErrors } from '../errors.ts'
import { reviseGuest } from '../core/guest-at.ts'

/** @throws `fake.wrong_power` */
export function mustBe(record: GuestRecord, action: string, ...powers: readonly PowerState[]): GuestRecord {
  const { server, power } = record
  if (powers.includes(power)) return record
  throw fakeErrors.wrong_power({ server, action, power })
}

export function pauseFacet(connection: Connection): HypervisorFacets['pause'] {
  return {
    pause: (guest) =>
      reviseGuest(connection, 'pause.pause', guest, (record) => ({
        ...mustBe(record, 'pause', 'running', 'paused'),
        power: 'paused',
      })),
    unpause: (guest) =>
      reviseGuest(connection, 'pause.unpause', guest, (record) => ({
        ...mustBe(record, 'unpause', 'running', 'paused'),
        power: 'running',
      })),
  }
}

/** Counts that it was set; the password itself is kept nowhere. */
export function passwordFacet(connection: Connection): HypervisorFacets['password'] {
  return {
    set: (guest) =>
      reviseGuest(connection, 'password.set', guest, (record) => ({
        ...mustBe(record, 'set a password', 'running'),
        passwordChanges: record.passwordChanges + 1,
      })),
  }
}

export function crashDumpFacet(connection: Connection): HypervisorFacets['crashDump'] {
  return {
    trigger: (guest) =>
      reviseGuest(connection, 'crashDump.trigger', guest, (record) => ({
        ...mustBe(record, 'dump its memory', 'running', 'paused'),
        crashDumps: record.crashDumps + 1,
      })),
  }
}

export function quiesceFacet(connection: Connection): HypervisorFacets['quiesce'] {
  return {
    freeze: (guest) =>
      reviseGuest(connection, 'quiesce.freeze', guest, (record) => ({
        ...mustBe(record, 'freeze its disks', 'running'),
        frozen: true,
      })),
    thaw: (guest) => reviseGuest(connection, 'quiesce.thaw', guest, (record) => ({ ...record, frozen: false })),
  }
}

/** A share is known by its `id`. */
export function shareFacet(connection: Connection): HypervisorFacets['shares'] {
  return {
    mount: (guest, share) =>
      reviseGuest(connection, 'shares.mount', guest, (record) => ({
        ...record,
        shares: [...new Set([...record.shares, String(share['id'])])],
      })),
    unmount: (guest, share) =>
      reviseGuest(connection, 'shares.unmount', guest, (record) => ({
        ...record,
        shares: record.shares.filter((one) => one !== share),
      })),
  }
}
