import type { Heartbeat } from '../../rpc/conductor.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Intake } from './deps.ts'
import { burials } from './tombstones.ts'
import { changeHost, sawHost } from '../../storage/cell/hosts.ts'
import { declareNodes } from './declare-nodes.ts'

/**
 * Signs of life of all hosts of one process, in one transaction; changed inventories go to the ledger. Hosts for which
 * there are tombstones are told of them.
 */
export async function takeHeartbeat(intake: Intake, heartbeat: Heartbeat): Promise<{ unknown: readonly HostName[] }> {
  const { deps, cell } = intake
  const unknown = await deps.cells.get(cell).write(async (tx) => {
    const strangers: HostName[] = []
    for (const { host, boot, nodes } of heartbeat.hosts) {
      if (!(await sawHost(tx, host, boot))) {
        strangers.push(host)
        continue
      }
      if (nodes !== undefined) await changeHost(tx, host, { nodes: JSON.stringify(nodes) })
      for (const command of await burials(tx, host)) tx.afterCommit(() => intake.send(command))
    }
    return strangers
  })
  for (const { host, nodes } of heartbeat.hosts) {
    if (nodes !== undefined && !unknown.includes(host)) await declareNodes(intake, host, nodes)
  }
  return { unknown }
}
