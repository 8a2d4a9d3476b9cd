import { gzipSync } from 'node:zlib'
import { fitsAsUserData, MOST_USER_DATA } from '../build/user-data-limit.ts'
import { userDataErrors } from './errors.ts'

export interface PackOptions {
  /** cloud-init unpacks by itself. Default `ifNeeded`: what does not fit otherwise. */
  readonly gzip?: 'ifNeeded' | 'always' | 'never'
}

/** User data as bytes that a server takes. @throws `user_data.too_large` where they are too many even so */
export function packUserData(content: string | Uint8Array, { gzip = 'ifNeeded' }: PackOptions = {}): Uint8Array {
  const plain = typeof content === 'string' ? Buffer.from(content) : content
  const packs = gzip === 'always' || (gzip === 'ifNeeded' && !fitsAsUserData(plain))
  const bytes = packs ? sameEverywhere(gzipSync(plain, { level: 9 })) : plain
  if (fitsAsUserData(bytes)) return bytes
  throw userDataErrors.too_large({ bytes: bytes.length, most: MOST_USER_DATA })
}

/** Byte 9 of the header names the system that packed. */
function sameEverywhere(gzip: Buffer): Buffer {
  gzip[9] = 255
  return gzip
}

/** As a server takes it over HTTP. @throws `user_data.too_large` */
export function userDataBase64(content: string | Uint8Array, options?: PackOptions): string {
  return Buffer.from(packUserData(content, options)).toString('base64')
}
