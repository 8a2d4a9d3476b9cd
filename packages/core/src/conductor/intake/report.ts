import type { Intake } from './deps.ts'
import type { Report } from '../../domain/operation/operation.ts'
import { instanceStanding } from '../../storage/cell/instances.ts'
import { forgetTombstone, isOfTombstone } from './tombstones.ts'
import { takeReport } from '../../saga/index.ts'

/** Stores an answer, if it comes from the host that holds the server, at the epoch at which it holds it. */
export async function takeReportOf({ deps, cell }: Intake, report: Report): Promise<{ taken: boolean }> {
  const taken = await deps.cells.get(cell).write(async (tx) => {
    if (isOfTombstone(report)) {
      await forgetTombstone(tx, report)
      return true
    }
    if (report.server !== null) {
      const row = await instanceStanding(tx, report.server)
      if (row === null || row.host !== report.host || row.epoch !== report.epoch) return false
    }
    return takeReport(tx, report)
  })
  if (taken) deps.poke(cell, report.operation)
  else
    deps.log.info('a report came too late or from the wrong host', { operation: report.operation, host: report.host })
  return { taken }
}
