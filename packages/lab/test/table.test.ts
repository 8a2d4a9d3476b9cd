import { describe, expect, it } from 'vitest'
import { parseTable } from '../src/workload/table.ts'

describe('a table', () => {
  it('gives cells by name, with quotes, line ends of any kind and lines counted', () => {
    const table = parseTable('t.csv', '\uFEFFa,b\r\n1,"x,""y"""\r\n\r\n2,"two\nlines"\n3,z')
    expect(table.rows.map((row) => [row.line, row.cell('a'), row.cell('b')])).toEqual([
      [2, '1', 'x,"y"'],
      [4, '2', 'two\nlines'],
      [6, '3', 'z'],
    ])
  })

  it.each([
    ['', 't.csv, line 1: the file is empty'],
    ['a,a\n1,2', 't.csv, line 1: two columns have one name'],
    ['a,b\n1,2\n3', 't.csv, line 3: 1 cells where the head has 2'],
    ['a,b\n"1,2\n', 't.csv, line 2: a quote is opened'],
    ['a,b\n"1"x,2\n', 't.csv, line 2: after the closing quote'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseTable('t.csv', text)).toThrow(message)
  })

  it('names the columns that there are', () => {
    const [row] = parseTable('t.csv', 'a,b\n1,2').rows
    expect(() => row?.cell('c')).toThrow('t.csv, line 1: there is no column c; there are a, b.')
  })
})
