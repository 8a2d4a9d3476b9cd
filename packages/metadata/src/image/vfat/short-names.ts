import { Buffer } from 'node:buffer'
import { splitName, uniqueNames } from '../unique-names.ts'

/** A name of eight and three characters, and whether it says all there is to say. */
export interface ShortName {
  /** Eleven bytes, padded with spaces, no dot. */
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** 8.3 names that are unique within one folder; `~1` and so on where the long name does not fit. */
export function shortNames(): (name: string) => ShortName {
  const unique = uniqueNames((name) => name)
  return (name) => {
    const [stem, extension] = splitName(name.toUpperCase().replaceAll(' ', '').replace(/^\.+/, ''))
    const [clean, end] = [clear(stem), clear(extension.slice(1)).slice(0, 3).padEnd(3)]
    const fits = clean === stem && stem !== '' && stem.length <= 8 && `.${end.trimEnd()}` === `${extension || '.'}`
    const numbered = (n: number): string => {
      const number = n === 0 ? '' : `~${n}`
      return `${clean.slice(0, 8 - number.length)}${number}`.padEnd(8) + end
    }
    const first = numbered(fits && !/ |^\./.test(name) ? 0 : 1)
    const short = unique({ first, folded: first, numbered })
    const text = `${short.slice(0, 8).trimEnd()}.${short.slice(8).trimEnd()}`.replace(/\.$/, '')
    return { bytes: Buffer.from(short, 'latin1'), isWhole: text === name }
  }
}

/** What is not allowed in a short name becomes `_`; further dots vanish. */
function clear(text: string): string {
  return Array.from(text.replaceAll('.', ''), (char) => (/^[A-Z0-9$%'\-_@~`!(){}^#&]$/.test(char) ? char : '_')).join(
    '',
  )
}

/** Ties the entries of a long name to the short one behind them. */
export function checksumOf(short: Uint8Array): number {
  return short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0)
}
