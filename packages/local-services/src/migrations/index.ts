import type { Migration } from 'kysely/migration'
import { closedKeys } from './0005-closed-keys.ts'
import { images } from './0001-images.ts'
import { networks } from './0002-networks.ts'
import { plugged } from './0003-plugged.ts'
import { volumes } from './0004-volumes.ts'

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-images': images,
  '0002-networks': networks,
  '0003-plugged': plugged,
  '0004-volumes': volumes,
  '0005-closed-keys': closedKeys,
}
