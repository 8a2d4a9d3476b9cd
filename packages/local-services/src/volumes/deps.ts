import type { Ids, Log } from '@novakit/core'
import type { Drafts } from '../files/drafts.ts'
import type { FailPoint } from '../images/deps.ts'
import type { ImageStore } from '../images/image-store.ts'
import type { Records } from '../records/records.ts'
import type { RunProgram } from '../run/run-program.ts'
import type { SealedFolder } from '../files/sealed-folder.ts'

export interface VolumeDeps {
  readonly records: Records
  readonly ids: Ids
  readonly log: Log
  readonly run: RunProgram
  readonly drafts: Drafts
  /** Where volumes get their first content from. */
  readonly images: Pick<ImageStore, 'get' | 'fetch'>
  readonly failPoint: FailPoint
  readonly folders: {
    readonly volumes: SealedFolder
    readonly snapshots: SealedFolder
    readonly making: SealedFolder
  }
}
