import type { MigrationSet } from '../../ports/storage.ts'
import { core as cellCore } from '../cell/migrations/0001-core.ts'
import { actionSequence } from '../cell/migrations/0003-action-sequence.ts'
import { shelvedImage } from '../cell/migrations/0006-shelved-image.ts'
import { setAside } from '../cell/migrations/0004-set-aside.ts'
import { volumeAttachments } from '../cell/migrations/0005-volume-attachments.ts'
import { guestPasswords } from '../cell/migrations/0002-guest-passwords.ts'
import { core as globalCore } from '../global/migrations/0001-core.ts'

/** The nouns of the global store. */
export const globalMigrations: MigrationSet = { store: 'global', migrations: { '0001-core': globalCore } }

/** The nouns of a cell store. */
export const cellMigrations: MigrationSet = {
  store: 'cell',
  migrations: {
    '0001-core': cellCore,
    '0002-guest-passwords': guestPasswords,
    '0003-action-sequence': actionSequence,
    '0004-set-aside': setAside,
    '0005-volume-attachments': volumeAttachments,
    '0006-shelved-image': shelvedImage,
  },
}
