import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { CellId, ServerId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { OperationStanding, StepContext } from '../../saga/index.ts'
import { attemptId } from './request.ts'
import { hasCode } from '../../domain/error.ts'
import { operationStandings } from '../../saga/index.ts'

/** How the present attempt of a server stands: `none` where it was not begun, `unknown` where its cell does not answer. */
export type AttemptStanding = OperationStanding | 'none' | 'unknown'

/** Asks each cell once, for all servers that are being built there. */
export async function standingsOf(
  deps: ConductorDeps,
  context: StepContext<CreateRequest>,
  requests: readonly BuildRequest[],
): Promise<ReadonlyMap<ServerId, AttemptStanding>> {
  const standings = new Map<ServerId, AttemptStanding>()
  const byCell = new Map<CellId, BuildRequest[]>()
  for (const request of requests) {
    const ended =
      request.choice === null
        ? undefined
        : deps.endedHere(attemptId(context.operation.id, request.server, request.attempt))
    // The first time nothing can have been begun, but by a worker that died at it: to begin again finds that.
    if (request.choice === null || context.attempt === 1) standings.set(request.server, 'none')
    else if (ended !== undefined) standings.set(request.server, ended)
    else byCell.set(request.choice.cell, [...(byCell.get(request.choice.cell) ?? []), request])
  }
  await Promise.all([...byCell].map(([cell, here]) => askCell(deps, context, cell, here, standings)))
  return standings
}

/** One cell that is down holds up its own servers, and not those that were asked for together with them. */
async function askCell(
  deps: ConductorDeps,
  { operation }: StepContext<CreateRequest>,
  cell: CellId,
  requests: readonly BuildRequest[],
  into: Map<ServerId, AttemptStanding>,
): Promise<void> {
  const idOf = ({ server, attempt }: BuildRequest) => attemptId(operation.id, server, attempt)
  try {
    const found = await deps.cells.get(cell).read((tx) => operationStandings(tx, requests.map(idOf)))
    for (const request of requests) into.set(request.server, found.get(idOf(request)) ?? 'none')
  } catch (error) {
    if (!hasCode(error, 'cell.unavailable')) throw error
    for (const { server } of requests) into.set(server, 'unknown')
  }
}
