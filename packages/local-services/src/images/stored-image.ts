import type { Image } from '@novakit/core'
import { bytes, gib, id, instant, mib } from '@novakit/core'
import type { ImageRow } from './tables.ts'

/** An image as this store knows it. */
export interface StoredImage extends Image {
  /** Of the bytes as they came, in hex. Null until it is active. MD5 is there for those who ask for it, and trusted nowhere. */
  readonly checksums: { readonly md5: string; readonly sha256: string; readonly sha512: string } | null
  /** Why it was killed; null for all others. */
  readonly fault: string | null
}

export function storedImage(row: ImageRow): StoredImage {
  const { md5, sha256, sha512 } = row
  return {
    id: id(row.id),
    name: row.name,
    status: row.status,
    format: row.format,
    owner: id(row.owner),
    visibility: row.visibility,
    size: row.size === null ? null : bytes(row.size),
    virtualSize: row.virtual_size === null ? null : bytes(row.virtual_size),
    minDisk: gib(row.min_disk),
    minMemory: mib(row.min_memory),
    properties: JSON.parse(row.properties) as Readonly<Record<string, string>>,
    checksum: sha512 === null ? null : { algorithm: 'sha512', value: sha512 },
    checksums: md5 === null || sha256 === null || sha512 === null ? null : { md5, sha256, sha512 },
    fault: row.fault,
    createdAt: instant(row.created_at),
  }
}
