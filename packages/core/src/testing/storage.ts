import { afterEach, beforeEach, describe, it } from 'vitest'
import type { StorageDriver } from '../ports/storage.ts'
import { contentionCases } from './storage/contention-cases.ts'
import { openGlobal } from './storage/fixture.ts'
import { misuseCases } from './storage/misuse-cases.ts'
import { schemaCases } from './storage/schema-cases.ts'
import { statementCases } from './storage/statement-cases.ts'
import type { StorageCases, StorageSubject } from './storage/subject.ts'
import { transactionCases } from './storage/transaction-cases.ts'
import { valueCases } from './storage/value-cases.ts'

const cases = {
  ...transactionCases,
  ...contentionCases,
  ...statementCases,
  ...valueCases,
  ...schemaCases,
  ...misuseCases,
} satisfies StorageCases

export type StorageCase = keyof typeof cases

export interface StorageSuite {
  /** A driver over an empty database, fresh for every case. */
  make(): Promise<StorageDriver>
  /** Case → why this driver cannot pass it. Printed. */
  readonly skip?: Partial<Record<StorageCase, string>>
}

/** What every storage driver must do. Call it in a test file of its own; it runs against the system clock. */
export function describeStorage(name: string, { make, skip = {} }: StorageSuite): void {
  describe(`storage: ${name}`, () => {
    let subject: StorageSubject
    beforeEach(async () => {
      const driver = await make()
      subject = { driver, store: await openGlobal(driver) }
    })
    afterEach(() => subject.store.close())
    for (const [title, run] of Object.entries<StorageCases[string]>(cases)) {
      const reason = skip[title as StorageCase]
      if (reason === undefined) it(title, () => run(subject))
      else it.skip(`${title} (${reason})`, () => undefined)
    }
  })
}
