import type { Connection } from '../knobs/connection.ts'
import type { HypervisorFacets } from '@novakit/core'
import { conduct } from '../knobs/conduct.ts'
import { elapsed, millis } from '@novakit/core'
import { goDark, powerUp } from '../world/machine-power.ts'

/** The machine answers first and obeys then; once it is dark, only the world can power it up. */
export function hostPowerFacet(connection: Connection): HypervisorFacets['hostPower'] {
  const { clock, machine, world } = connection
  const obey = (action: 'reboot' | 'shutdown' | 'startup'): void => {
    if (action === 'startup') return
    goDark(world, machine)
    if (action === 'reboot') powerUp(machine)
  }
  return {
    action: (action) =>
      conduct(connection, { name: 'hostPower.action', guest: null, signal: undefined }, (step) =>
        step('act', () => void clock.after(millis(0), () => obey(action))),
      ),
    uptime: () =>
      conduct(connection, { name: 'hostPower.uptime', guest: null, signal: undefined }, async () =>
        elapsed(machine.bootedAt, clock.now()),
      ),
  }
}
