import type { Image } from '@novakit/core'

export interface ImageTables {
  image: ImageRow
  image_member: MemberRow
}

/** Rows of deleted images stay, so that an id never means another image. */
export interface ImageRow {
  id: string
  name: string
  status: Image['status']
  format: Image['format']
  owner: string
  visibility: Image['visibility']
  size: number | null
  virtual_size: number | null
  min_disk: number
  min_memory: number
  /** JSON. */
  properties: string
  md5: string | null
  sha256: string | null
  sha512: string | null
  from_server: string | null
  /** Whoever reserves again with the same key finds this image. */
  reserve_key: string | null
  /** Its name in the folder of files, chosen when the upload begins; null before, and when it is deleted. */
  file: string | null
  /** Of the upload under way: whoever finishes it must still find its draft here. */
  draft: string | null
  upload_key: string | null
  /** Why it was killed. */
  fault: string | null
  created_at: number
  updated_at: number
}

export type MemberStatus = 'pending' | 'accepted' | 'rejected'

export interface MemberRow {
  image: string
  project: string
  status: MemberStatus
}
