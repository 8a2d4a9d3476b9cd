import { putText, putWide } from '../target.ts'

/** How one of the trees of an image calls its files and folders. */
export interface Identifiers {
  /** Makes identifiers that are unique within one folder, and that sort as text as they do as bytes. */
  forFolder(): (name: string, isFolder: boolean) => string
  /** What stands behind each file's, and does not count for the order (ECMA-119, 9.3). */
  readonly version: string
  /** Of a character, in bytes. */
  readonly width: 1 | 2
}

/** An identifier as it will be written. */
export interface Id {
  readonly id: string
  /** In bytes. */
  readonly idLength: number
}

/** `.` and `..` are one byte in every tree. */
export const SELF: Id = { id: '\u0000', idLength: 1 }
export const PARENT: Id = { id: '\u0001', idLength: 1 }

export function putId(bytes: Uint8Array, at: number, { id, idLength }: Id): void {
  if (idLength === id.length) putText(bytes, at, id, idLength)
  else putWide(bytes, at, id)
}
