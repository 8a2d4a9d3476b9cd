/** Lines for people on standard error, so that standard output holds the result alone. */
export interface Terminal {
  say(line: string): void
  /** A line that replaces itself on a terminal, and is written at its end elsewhere. */
  progress(text: string, over: boolean): void
}

export function terminal(quiet: boolean, stream: NodeJS.WriteStream = process.stderr): Terminal {
  const write = (text: string): void => void (quiet ? undefined : stream.write(text))
  return {
    say: (line) => write(`${line}\n`),
    progress: (text, over) => {
      if (stream.isTTY) write(`\r\u001B[2K${text}${over ? '\n' : ''}`)
      else if (over) write(`${text}\n`)
    },
  }
}

export function bar(share: number, width = 24): string {
  const full = Math.round(share * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const numeric = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [line(head), rule, ...cells.slice(1).map(line)].join('\n')
}
