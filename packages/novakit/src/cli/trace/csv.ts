import { gunzipSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import { traceErrors } from './errors.ts'

/** One line of a table: its cells by the names of the first line. */
export interface CsvRow {
  text(column: string): string
  /** @throws `trace.malformed` where it is no whole number from 0 on */
  count(column: string): number
}

/** A gzipped table without quotes, as the published sets are. Null where there is no such file. @throws `trace.malformed` */
export async function readTable(file: string): Promise<readonly CsvRow[] | null> {
  const packed = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  return packed === null ? null : rowsOf(file, unpacked(file, packed))
}

function unpacked(file: string, packed: Buffer): string {
  try {
    return gunzipSync(packed).toString('utf8')
  } catch {
    throw traceErrors.malformed({ file, line: 0, what: 'it is not a gzip file.' })
  }
}

function rowsOf(file: string, table: string): readonly CsvRow[] {
  const [head = '', ...lines] = table.split(/\r?\n/).filter((line) => line !== '')
  const columns = head.split(',')
  return lines.map((line, at) => rowOf(file, at + 2, columns, line.split(',')))
}

function rowOf(file: string, line: number, columns: readonly string[], cells: readonly string[]): CsvRow {
  const malformed = (what: string) => traceErrors.malformed({ file, line, what })
  if (cells.length !== columns.length) throw malformed(`it has ${cells.length} cells and not ${columns.length}.`)
  const text = (column: string): string => {
    const at = columns.indexOf(column)
    if (at === -1) throw malformed(`there is no column ${column}.`)
    return cells[at] ?? ''
  }
  return {
    text,
    count: (column) => {
      const cell = text(column)
      if (!/^\d{1,9}$/.test(cell)) throw malformed(`${column} is not a whole number: ${cell.slice(0, 40)}`)
      return Number(cell)
    },
  }
}
