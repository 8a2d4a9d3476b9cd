import type { Log } from '../ports/log.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** A log that hands each line of `level` and above to `write`. */
export function logTo(write: (line: LogLine) => void, level: LogLevel = 'info', facts: LogLine['facts'] = {}): Log {
  const at = (mine: LogLevel) => (message: string, more?: LogLine['facts']) => {
    if (order.indexOf(mine) >= order.indexOf(level)) write({ level: mine, message, facts: { ...facts, ...more } })
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (more) => logTo(write, level, { ...facts, ...more }),
  }
}

export const silentLog: Log = logTo(() => undefined, 'error')

/** One JSON object a line, at most a kilobyte each, on standard error. */
export function jsonLog(level: LogLevel = 'info'): Log {
  return logTo((line) => {
    const text = JSON.stringify({ level: line.level, message: line.message, ...line.facts })
    process.stderr.write(`${text.length > 1024 ? `${text.slice(0, 1020)}…` : text}\n`)
  }, level)
}
