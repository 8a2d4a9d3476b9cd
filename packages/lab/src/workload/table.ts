import { labErrors } from '../errors.ts'

/** The rows of a CSV file under its head. */
export interface Table {
  readonly file: string
  readonly rows: readonly Row[]
}

export interface Row {
  /** In the file, from 1. */
  readonly line: number
  /** @throws `lab.invalid_table` if the file has no such column */
  cell(column: string): string
}

/**
 * Reads CSV as RFC 4180 has it: a head of names, cells parted by commas, quotes around what holds commas, quotes or line
 * ends. Empty lines are passed over.
 * @throws `lab.invalid_table` with the line
 */
export function parseTable(file: string, text: string): Table {
  const [head, ...rest] = recordsOf(file, text)
  if (head === undefined)
    throw labErrors.invalid_table({ file, line: 1, what: 'the file is empty; a head is expected.' })
  const columns = new Map(head.cells.map((name, at) => [name.trim(), at]))
  if (columns.size < head.cells.length) {
    throw labErrors.invalid_table({ file, line: head.line, what: 'two columns have one name.' })
  }
  const missing = (column: string) =>
    labErrors.invalid_table({
      file,
      line: head.line,
      what: `there is no column ${column}; there are ${[...columns.keys()].join(', ')}.`,
    })
  const rows = rest.map(({ line, cells }): Row => {
    if (cells.length !== head.cells.length) {
      const what = `${cells.length} cells where the head has ${head.cells.length}.`
      throw labErrors.invalid_table({ file, line, what })
    }
    return {
      line,
      cell: (column) => {
        const at = columns.get(column)
        if (at === undefined) throw missing(column)
        return (cells[at] as string).trim()
      },
    }
  })
  return { file, rows }
}

interface Cells {
  readonly line: number
  readonly cells: string[]
}

function recordsOf(file: string, text: string): readonly Cells[] {
  const records: Cells[] = []
  let line = 1
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const record: Cells = { line, cells: [] }
    for (;;) {
      const [cell, next, lines] = text[at] === '"' ? quoted(file, line, text, at) : plain(text, at)
      record.cells.push(cell)
      line += lines
      at = next
      if (text[at] !== ',') break
      at++
    }
    if (text[at] === '\r') at++
    if (at < text.length && text[at] !== '\n') {
      throw labErrors.invalid_table({
        file,
        line,
        what: 'after the closing quote a comma or the end of the line is due.',
      })
    }
    at++
    line++
    if (record.cells.length > 1 || record.cells[0] !== '') records.push(record)
  }
  return records
}

type Cell = readonly [cell: string, next: number, lines: number]

function plain(text: string, from: number): Cell {
  let to = from
  while (to < text.length && text[to] !== ',' && text[to] !== '\n' && !(text[to] === '\r' && text[to + 1] === '\n'))
    to++
  return [text.slice(from, to), to, 0]
}

function quoted(file: string, line: number, text: string, from: number): Cell {
  let cell = ''
  let at = from + 1
  for (;;) {
    const end = text.indexOf('"', at)
    if (end < 0) throw labErrors.invalid_table({ file, line, what: 'a quote is opened and never closed.' })
    cell += text.slice(at, end)
    if (text[end + 1] !== '"') return [cell, end + 1, cell.split('\n').length - 1]
    cell += '"'
    at = end + 2
  }
}
