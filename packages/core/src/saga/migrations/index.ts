import type { MigrationSet } from '../../ports/storage.ts'
import { spine } from './0001-spine.ts'

/** The spine is the same in every store. */
export const spineMigrations: readonly MigrationSet[] = [
  { store: 'global', migrations: { '0001-spine': spine } },
  { store: 'cell', migrations: { '0001-spine': spine } },
]
