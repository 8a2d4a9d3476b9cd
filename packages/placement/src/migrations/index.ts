import type { MigrationSet } from '@novakit/core'
import { ledger } from './0001-ledger.ts'

export const placementMigrations: MigrationSet = {
  store: 'global',
  migrations: { '0001-placement-ledger': ledger },
}
