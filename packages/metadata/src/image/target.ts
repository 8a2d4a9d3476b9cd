import { Buffer } from 'node:buffer'

/** An image that is being written: the same bytes twice. */
export interface Target {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/**
 * Text as UTF-8, of a length known beforehand. Short texts of ASCII, which nearly all are, go quicker letter by letter
 * than by way of an array of their own.
 */
export function putText(bytes: Uint8Array, at: number, text: string, length: number): void {
  if (length === text.length) {
    for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index)
  } else bytes.set(Buffer.from(text), at)
}

/** Text as UTF-16, big-endian. */
export function putWide(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    bytes[at + 2 * index] = unit >> 8
    bytes[at + 2 * index + 1] = unit & 0xff
  }
}
