import type { CellId, HostName } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Intake } from './deps.ts'
import type { NodeInventory } from '../../ports/hypervisor.ts'
import { aggregatesOfHost } from '../../storage/global/aggregates.ts'
import { cellOfHost, mapHost, setHostNodes } from '../../storage/global/hosts.ts'
import { hostRows, markDeclared } from '../../storage/cell/hosts.ts'
import { id } from '../../domain/ids.ts'
import { problemOf } from '../../domain/error.ts'

/** Nodes, and their version as the cell counts them. */
export interface Declaration {
  readonly nodes: readonly NodeInventory[]
  readonly version: number
}

/**
 * Makes the ledger hold what a host's nodes are, if the host is part of the cloud; with `mapHosts` it becomes that
 * here. Declaring the same again writes nothing.
 * @returns whether the host is part of the cloud
 */
export async function declareNodes(
  intake: Pick<Intake, 'deps' | 'cell' | 'mapHosts'>,
  host: HostName,
  { nodes, version }: Declaration,
): Promise<boolean> {
  const { deps, cell, mapHosts } = intake
  const mapped = await deps.global.write(async (tx) => {
    const mine = mapHosts ? await mapHost(tx, host, cell) : (await cellOfHost(tx, host)) === cell
    if (mine) await declare(tx, deps, host, nodes)
    return mine
  })
  if (!mapped) deps.log.warn('a host is not mapped to this cell: discover it, or see which cell has it', { host, cell })
  await deps.cells.get(cell).write((tx) => markDeclared(tx, host, mapped, version))
  deps.view.invalidate()
  return mapped
}

async function declare(
  tx: GlobalTx,
  deps: ConductorDeps,
  host: HostName,
  nodes: readonly NodeInventory[],
): Promise<void> {
  const gone = await setHostNodes(
    tx,
    host,
    nodes.map(({ node, root }) => ({ node, provider: root })),
  )
  for (const root of gone) await deps.ledger.removeTree(tx, root)
  const aggregates = (await aggregatesOfHost(tx, host)).map((aggregate) => aggregate.id)
  for (const { root, providers } of nodes) {
    await deps.ledger.declareTree(tx, root, providers)
    if (aggregates.length > 0) await deps.ledger.setAggregates(tx, root, aggregates)
  }
}

/** The same; what is refused is told to operators. @throws what may pass: the host then says it again */
export async function declareQuietly(
  intake: Pick<Intake, 'deps' | 'cell' | 'mapHosts'>,
  host: HostName,
  declaration: Declaration,
): Promise<void> {
  await declareNodes(intake, host, declaration).catch((error: unknown) => {
    const problem = problemOf(error)
    if (problem.kind === 'unavailable') throw error
    intake.deps.log.error('the nodes of a host were refused', { host, ...problem })
  })
}

/** Maps every host that has said hello to this cell and is not mapped yet. @returns those that are now */
export async function discoverHosts(intake: Pick<Intake, 'deps' | 'cell'>): Promise<readonly HostName[]> {
  const { deps, cell } = intake
  const strangers = await unmapped(deps, cell)
  const found: HostName[] = []
  for (const { host, ...declaration } of strangers) {
    try {
      if (await declareNodes({ ...intake, mapHosts: true }, host, declaration)) found.push(host)
    } catch (error) {
      deps.log.error('a host could not be mapped', { host, cell, ...problemOf(error) })
    }
  }
  return found
}

interface Stranger extends Declaration {
  readonly host: HostName
}

async function unmapped(deps: ConductorDeps, cell: CellId): Promise<readonly Stranger[]> {
  const rows = await deps.cells.get(cell).read((tx) => hostRows(tx))
  return rows
    .filter((row) => row.mapped === 0)
    .map((row) => ({
      host: id<HostName>(row.host),
      nodes: JSON.parse(row.nodes) as NodeInventory[],
      version: row.nodes_version,
    }))
}
