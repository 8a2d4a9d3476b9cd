import { labErrors } from '../errors.ts'
import type { AmountConfig, TraitColumn } from './config.ts'
import type { Row, Table } from './table.ts'

const MOST = 2 ** 31 - 1

/** A whole amount of a resource. An empty cell counts 0. @throws `lab.invalid_cell` */
export function amountAt({ file }: Table, row: Row, from: AmountConfig): number {
  if (typeof from === 'number') return from
  const { column, times } = typeof from === 'string' ? { column: from, times: 1 } : from
  const value = Math.ceil(numberIn(file, row, column) * times - 1e-9)
  if (value < 0 || value > MOST) throw wrong(file, row, column, `amounts are from 0 to ${MOST}.`)
  if (times === 1 && !Number.isInteger(numberIn(file, row, column))) {
    throw wrong(
      file,
      row,
      column,
      'amounts are whole numbers: give the column with "times" to bring it to a smaller unit.',
    )
  }
  return value
}

/** Seconds; null for an empty cell. @throws `lab.invalid_cell` */
export function secondsAt({ file }: Table, row: Row, column: string): number | null {
  return row.cell(column) === '' ? null : numberIn(file, row, column)
}

/** @throws `lab.invalid_cell` */
export function traitsAt({ file }: Table, row: Row, { column, prefix, split }: TraitColumn): readonly string[] {
  const values = row
    .cell(column)
    .split(split)
    .map((value) => value.trim())
    .filter((value) => value !== '')
  return values.map((value) => {
    const trait = `${prefix}${value.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`
    if (trait.length > 255 || trait.endsWith('_')) throw wrong(file, row, column, 'this makes no name of a trait.')
    return trait
  })
}

function numberIn(file: string, row: Row, column: string): number {
  const text = row.cell(column)
  if (text === '') return 0
  const value = Number(text)
  if (!Number.isFinite(value)) throw wrong(file, row, column, `"${text.slice(0, 40)}" is no number.`)
  return value
}

function wrong(file: string, { line }: Row, column: string, what: string) {
  return labErrors.invalid_cell({ file, line, column, what })
}
