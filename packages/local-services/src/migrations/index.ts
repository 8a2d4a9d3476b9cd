import type { Migration } from 'kysely/migration'
import { images } from './0001-images.ts'

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-images': images,
}
