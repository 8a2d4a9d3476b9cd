import type { Clock, StorageDriver } from '@novakit/core'

/** A database has a clock of its own: leases go by it, whatever the clock of the process shows that asks. */
export function onCommonTime(driver: StorageDriver, clock: Clock): StorageDriver {
  return {
    name: driver.name,
    open: (store, environment) => driver.open(store, { ...environment, now: () => clock.now() }),
  }
}
