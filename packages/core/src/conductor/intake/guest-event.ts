import type { CellTables } from '../../storage/cell/tables.ts'
import type { GuestEvent } from '../../ports/hypervisor.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Intake } from './deps.ts'
import type { PowerState } from '../../domain/server/states.ts'

const powerAfter: Readonly<Partial<Record<GuestEvent['kind'], PowerState>>> = {
  started: 'running',
  resumed: 'running',
  stopped: 'shutdown',
  paused: 'paused',
  suspended: 'suspended',
}

/** Shows what the hypervisor says of a guest's power. What is to be done about it is not decided here. */
export async function takeGuestEvent(
  { deps, cell }: Intake,
  host: HostName,
  event: GuestEvent,
): Promise<Record<string, never>> {
  const power = powerAfter[event.kind]
  if (power === undefined) return {}
  await deps.cells.get(cell).write(async (tx) => {
    await tx
      .db<CellTables>()
      .updateTable('instance')
      .set({ power_state: power, updated_at: await tx.now() })
      .where('id', '=', event.server)
      .where('host', '=', host)
      .where('task_state', 'is', null)
      .where('power_state', '!=', power)
      .where('deleted_at', 'is', null)
      .execute()
  })
  return {}
}
