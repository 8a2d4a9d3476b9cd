import type { HostState } from '@novakit/core'
import { labErrors } from '../errors.ts'
import { amountAt, traitsAt } from './cells.ts'
import type { AmountConfig, CsvHosts, DeviceConfig } from './config.ts'
import { makeHost } from './make-host.ts'
import type { Row, Table } from './table.ts'
import type { DeviceRequest } from './workload.ts'

/** @throws `lab.invalid_cell`, `lab.invalid_table` */
export function readHosts(table: Table, config: CsvHosts): readonly HostState[] {
  const seen = new Map<string, number>()
  return table.rows.map((row, at) => {
    const name = config.name === undefined ? `host-${at}` : row.cell(config.name)
    const { file } = table
    const wrong = (what: string) => labErrors.invalid_cell({ file, line: row.line, column: config.name ?? '', what })
    if (name === '') throw wrong('a host needs a name.')
    if (seen.has(name)) throw wrong(`the host ${name} stands in line ${seen.get(name)} already.`)
    seen.set(name, row.line)
    return makeHost(name, resourcesAt(table, row, config.resources), devicesAt(table, row, config.devices))
  })
}

export function resourcesAt(table: Table, row: Row, from: Readonly<Record<string, AmountConfig>>) {
  return Object.fromEntries(Object.entries(from).map(([name, amount]) => [name, amountAt(table, row, amount)]))
}

export function devicesAt(table: Table, row: Row, from: readonly DeviceConfig[]): readonly DeviceRequest[] {
  return from.map(({ class: name, count, units, traits }) => ({
    class: name,
    count: atMost(table, row, count, amountAt(table, row, count)),
    units: amountAt(table, row, units),
    traits: traits === undefined ? [] : traitsAt(table, row, traits),
  }))
}

/** A cell with a wrong unit would otherwise make providers until there is no memory left. */
function atMost({ file }: Table, { line }: Row, from: AmountConfig, count: number): number {
  if (count <= 1024) return count
  const column = typeof from === 'object' ? from.column : String(from)
  throw labErrors.invalid_cell({ file, line, column, what: `${count} devices: at most 1024 are taken.` })
}
