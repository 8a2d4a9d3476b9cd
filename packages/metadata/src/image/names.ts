import { Buffer } from 'node:buffer'
import { imageLimits } from './limits.ts'

/** Why no file or folder may have this name, or null. Holds for names to write and for names found in an image. */
export function flawOfName(name: string): string | null {
  if (name === '') return 'a name is empty'
  if (name === '.' || name === '..') return '. and .. are not names'
  if (name.includes('/')) return 'a name has a slash'
  if (/\p{Cc}/u.test(name)) return 'a name has control characters'
  if (!name.isWellFormed()) return 'a name has half of a surrogate pair'
  const { nameBytes } = imageLimits
  return Buffer.byteLength(name) > nameBytes ? `a name is longer than ${nameBytes} bytes` : null
}

/**
 * Names that fold to the same text differ in case alone. Letter by letter, as FAT's table has it, so that `ß` is not
 * `SS`; by way of both cases, so that all three sigmas are one.
 */
export function foldCase(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase()
  return Array.from(name, foldChar).join('')
}

function foldChar(char: string): string {
  const upper = single(char, char.toUpperCase())
  return single(upper, upper.toLowerCase())
}

/** FAT's table has no letter that becomes two. */
function single(before: string, after: string): string {
  return Array.from(after).length === 1 ? after : before
}

/** For messages: quoted, nothing in it that a terminal would obey, and not endless. */
export function shown(path: string): string {
  const text = JSON.stringify(path.slice(0, 120)).replaceAll(/[\p{Cc}\p{Cf}]/gu, escaped)
  return path.length > 120 ? `${text}...` : text
}

function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`
}
