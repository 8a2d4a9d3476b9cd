import type { Ids, Random } from '@novakit/core'
import type { Records } from '../records/records.ts'

export interface NetworkDeps {
  readonly records: Records
  readonly ids: Ids
  readonly random: Random
}
