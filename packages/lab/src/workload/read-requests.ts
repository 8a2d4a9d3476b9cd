import { labErrors } from '../errors.ts'
import { secondsAt } from './cells.ts'
import type { CsvRequests } from './config.ts'
import { devicesAt, resourcesAt } from './read-hosts.ts'
import { openShapes } from './shapes.ts'
import type { Row, Table } from './table.ts'
import type { Job } from './workload.ts'

/** @throws `lab.invalid_cell`, `lab.invalid_table` */
export function readRequests(table: Table, config: CsvRequests): readonly Job[] {
  const shapes = openShapes()
  return table.rows.map((row, at) => {
    const kind = config.kind === undefined ? null : row.cell(config.kind)
    const resources = resourcesAt(table, row, config.resources)
    const shape = shapes.of(kind, resources, devicesAt(table, row, config.devices))
    const name = config.name === undefined ? `server-${at}` : row.cell(config.name)
    return { name, shape, ...timesAt(table, row, config, at) }
  })
}

function timesAt(table: Table, row: Row, config: CsvRequests, at: number): Pick<Job, 'arrives' | 'departs'> {
  const { arrives: from, departs: until, lifetime } = config
  if (from === undefined) return { arrives: at, departs: null }
  const arrives = secondsAt(table, row, from)
  if (arrives === null) throw wrong(table, row, from, 'a request needs a time of arrival.')
  if (lifetime !== undefined) {
    const stays = secondsAt(table, row, lifetime)
    if (stays !== null && stays < 0) throw wrong(table, row, lifetime, 'a lifetime is not below 0.')
    return { arrives, departs: stays === null ? null : arrives + stays }
  }
  const departs = until === undefined ? null : secondsAt(table, row, until)
  if (departs !== null && departs < arrives && until !== undefined) {
    throw wrong(table, row, until, `it would leave at ${departs}, before it arrives at ${arrives}.`)
  }
  return { arrives, departs }
}

function wrong({ file }: Table, { line }: Row, column: string, what: string) {
  return labErrors.invalid_cell({ file, line, column, what })
}
