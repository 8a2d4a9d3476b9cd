import type { Heartbeat } from '../../rpc/conductor.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Intake } from './deps.ts'
import { hostsWithDead } from '../../storage/cell/tombstones.ts'
import { burials } from './tombstones.ts'
import { changeNodes, sawHosts } from '../../storage/cell/hosts.ts'
import { declareQuietly, type Declaration } from './declare-nodes.ts'

/**
 * Signs of life of all hosts of one process, in one transaction; changed inventories go to the ledger. Hosts for which
 * there are tombstones are told of them.
 */
export async function takeHeartbeat(intake: Intake, heartbeat: Heartbeat): Promise<{ unknown: readonly HostName[] }> {
  const { deps, cell } = intake
  const { known, changed } = await deps.cells.get(cell).write(async (tx) => {
    const seen = await sawHosts(tx, heartbeat.hosts)
    const declarations = new Map<HostName, Declaration>()
    for (const { host, nodes } of heartbeat.hosts) {
      if (nodes === undefined || !seen.has(host)) continue
      declarations.set(host, { nodes, version: await changeNodes(tx, host, nodes) })
    }
    for (const host of await hostsWithDead(tx, [...seen])) {
      for (const command of await burials(tx, host)) tx.afterCommit(() => intake.send(command))
    }
    return { known: seen, changed: declarations }
  })
  // What one host says of itself may be refused; the others are heard all the same.
  for (const [host, declaration] of changed) await declareQuietly(intake, host, declaration)
  return { unknown: heartbeat.hosts.filter(({ host }) => !known.has(host)).map(({ host }) => host) }
}
