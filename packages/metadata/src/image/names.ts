import { imageLimits } from './limits.ts'

const utf8 = new TextEncoder()

/** Why no file or folder may have this name, or null. Holds for names to write and for names found in an image. */
export function flawOfName(name: string): string | null {
  if (name === '') return 'a name is empty'
  if (name === '.' || name === '..') return '. and .. are not names'
  if (name.includes('/')) return 'a name has a slash'
  if (/\p{Cc}/u.test(name)) return 'a name has control characters'
  if (!name.isWellFormed()) return 'a name has half of a surrogate pair'
  const { nameBytes } = imageLimits
  return utf8.encode(name).length > nameBytes ? `a name is longer than ${nameBytes} bytes` : null
}

/**
 * Names that fold to the same text differ in case alone. Letter by letter, as FAT's table has it, so that `ß` is not
 * `SS`; by way of both cases, so that all three sigmas are one.
 */
export function foldCase(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase()
  return Array.from(name, (char) => single(single(char, char.toUpperCase()).toLowerCase(), char)).join('')
}

/** FAT's table has no letter that becomes two. */
function single(before: string, after: string): string {
  return Array.from(after).length === 1 ? after : before
}

/** For messages: quoted, so that a line feed cannot make a line of its own, and not endless. */
export function shown(path: string): string {
  const text = JSON.stringify(path.slice(0, 120))
  return path.length > 120 ? `${text}...` : text
}
