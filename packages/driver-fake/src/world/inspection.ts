import type { CallRecord } from '../knobs/call.ts'
import type { GuestRecord } from './guest-record.ts'
import type { HostName, ServerId } from '@novakit/core'
import type { PowerChange, Violation } from './power-ledger.ts'
import type { WorldState } from './world-state.ts'
import { fakeErrors } from '../errors.ts'
import { isRunning } from './guest-record.ts'

/** Looking at a world changes nothing in it. */
export interface Inspection {
  /** All that there is of any guest, parts of one included. */
  guests(host?: HostName): readonly GuestRecord[]
  /** A server's guest: where it runs, else the only one. Null when there is none. @throws `fake.ambiguous_guest` */
  guest(server: ServerId, host?: HostName): GuestRecord | null
  /** Disks without a definition that nobody asked to keep: what a broken-off spawn or destroy leaves. */
  leftovers(host?: HostName): readonly GuestRecord[]
  /** Calls, oldest first. */
  calls(host?: HostName): readonly CallRecord[]
  /** When which guest began and ceased to run where, oldest first. */
  powerChanges(server?: ServerId): readonly PowerChange[]
  /** What no control plane may bring about. A test of one asserts that this is empty. */
  violations(): readonly Violation[]
}

export function inspection({ guests, calls, ledger }: WorldState): Inspection {
  const here = (host: HostName | undefined): readonly GuestRecord[] =>
    host === undefined ? guests.all() : guests.on(host)
  return {
    guests: (host) => here(host),
    guest: (server, host) => pick(here(host), server),
    leftovers: (host) => here(host).filter((record) => !record.defined && !record.keptDisks),
    calls: (host) => calls.all().filter((call) => host === undefined || call.host === host),
    powerChanges: (server) => ledger.changes.filter((change) => server === undefined || change.server === server),
    violations: () => [...ledger.violations],
  }
}

/** The one that is meant when only the server is named. @throws `fake.ambiguous_guest` */
export function pick(records: readonly GuestRecord[], server: ServerId): GuestRecord | null {
  const mine = records.filter((record) => record.server === server)
  const running = mine.filter(isRunning)
  const meant = running.length > 0 ? running : mine
  if (meant.length > 1) throw fakeErrors.ambiguous_guest({ server })
  return meant[0] ?? null
}
