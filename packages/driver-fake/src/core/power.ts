import type { Connection } from '../knobs/connection.ts'
import type { GuestRef, Millis, PowerControl } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'
import { drawSpan } from '../knobs/latency.ts'
import { guestAt, guestToChange, readGuest } from './guest-at.ts'
import { millis } from '@novakit/core'
import { started, stopped } from '../world/guest-power.ts'

export function powerControl(connection: Connection): PowerControl {
  const { guests } = connection.world
  return {
    on: (guest, signal) =>
      conduct(connection, { name: 'power.on', guest, signal }, (step) =>
        step('start', () => guests.put(started(guestToChange(connection, 'power.on', guest), connection.clock.now()))),
      ),
    off: (guest, graceful, signal) =>
      conduct(connection, { name: 'power.off', guest, signal }, async (step) => {
        if (graceful !== null) await shutDown(connection, guest, graceful, signal)
        await step('stop', () => guests.put(stopped(guestToChange(connection, 'power.off', guest))))
      }),
    state: (guest) => readGuest(connection, 'power.state', guest, ({ power }) => power),
  }
}

/** Asks the guest and waits until it is down, or for as long as the caller will wait. */
async function shutDown(
  connection: Connection,
  guest: GuestRef,
  patience: Millis,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (guestAt(connection, guest).power !== 'running') return
  const { shutdown = 0 } = connection.options
  const needs = shutdown === 'never' ? patience : drawSpan(shutdown, connection.random.latency)
  const span = Math.min(needs, patience)
  if (span > 0) await connection.clock.sleep(millis(span), signal)
}
