import type { AtCell, ConductorDeps } from '../deps.ts'

/** Does it in every cell that answers. One that fails is no reason to leave out the others. @throws what failed first */
export async function inEachCell(deps: ConductorDeps, work: (at: AtCell) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const { id: cell, up } of deps.cells.list()) {
    if (up) await work({ deps, cell }).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}
