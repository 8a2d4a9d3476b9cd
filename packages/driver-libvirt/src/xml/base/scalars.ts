import { xmlErrors } from '../errors.ts'

/** A value that is one piece of text. */
export interface Scalar<T> {
  /** @throws `xml.unwritable` */
  write(value: T): string
  /** @throws `xml.malformed` */
  read(text: string): T
}

export const string: Scalar<string> = { write: (value) => value, read: (text) => text }

/** Whole, and exact in a double. */
export const integer: Scalar<number> = {
  write: (value) => {
    if (Number.isSafeInteger(value)) return String(value)
    throw xmlErrors.unwritable({ what: `${value} is no whole number` })
  },
  read: (text) => {
    const value = /^\s*[+-]?(\d+|0x[\da-f]+)\s*$/i.test(text) ? Number(text) : Number.NaN
    if (Number.isSafeInteger(value)) return value
    throw xmlErrors.malformed({ what: `${JSON.stringify(text.slice(0, 40))} is no whole number` })
  },
}

/** In the notation of PCI addresses: `0x0a`. */
export function hexadecimal(digits: number): Scalar<number> {
  return {
    write: (value) => {
      if (Number.isSafeInteger(value) && value >= 0) return `0x${value.toString(16).padStart(digits, '0')}`
      throw xmlErrors.unwritable({ what: `${value} is no address` })
    },
    read: integer.read,
  }
}

export const yesNo = pair('yes', 'no')
export const onOff = pair('on', 'off')
export const trueFalse = pair('true', 'false')

function pair(yes: string, no: string): Scalar<boolean> {
  return {
    write: (value) => (value ? yes : no),
    read: (text) => {
      if (text === yes || text === no) return text === yes
      throw xmlErrors.malformed({ what: `${JSON.stringify(text.slice(0, 40))} is neither ${yes} nor ${no}` })
    },
  }
}

/** One of a few words. Others may be read, since libvirt learns new ones: they come through as they are. */
export function word<const W extends string>(...words: readonly W[]): Scalar<W> {
  return {
    write: (value) => {
      if (words.includes(value)) return value
      throw xmlErrors.unwritable({
        what: `${JSON.stringify(String(value).slice(0, 40))} is none of ${words.join(', ')}`,
      })
    },
    read: (text) => text as W,
  }
}
