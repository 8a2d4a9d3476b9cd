import type { Connection } from '../knobs/connection.ts'
import type { DestroyOptions, GuestRef } from '@novakit/core'
import type { GuestRecord } from '../world/guest-record.ts'
import { conduct } from '../knobs/conduct.ts'
import { findGuest, heedEpoch } from './guest-at.ts'
import { stopped } from '../world/guest-power.ts'

/** Stop, undefine, clean: takes away a whole guest as well as any part of one. Nothing there is fine. */
export function destroy(connection: Connection, guest: GuestRef, options: DestroyOptions): Promise<void> {
  return conduct(connection, { name: 'destroy', guest, signal: undefined }, async (step) => {
    const { guests } = connection.world
    const whatIsThere = (act: (record: GuestRecord) => void) => (): void => {
      const record = findGuest(connection, guest)
      if (record !== null) act(record)
    }
    await step(
      'stop',
      whatIsThere((record) => {
        heedEpoch(connection, 'destroy', guest, record)
        guests.put(stopped(record))
      }),
    )
    await step(
      'undefine',
      whatIsThere((record) => guests.put({ ...record, defined: false, ports: [], volumes: [], job: null })),
    )
    await step(
      'clean',
      whatIsThere((record) => {
        if (options.keepDisks === true) guests.put({ ...record, keptDisks: true })
        else guests.remove(record)
      }),
    )
  })
}
