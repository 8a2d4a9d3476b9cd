import { Transaction, type Kysely } from 'kysely'
import type { DirectStore } from '../../ports/storage.ts'
import type { SqliteFile } from './file.ts'
import { memberConnection } from './kysely-dialect.ts'

const unused: never = Object.freeze({}) as never

/** Transactions on an open file, with Kysely only where it is asked for. */
export function directOn(file: SqliteFile, kysely: Kysely<any>): DirectStore {
  const executor = kysely.getExecutor()
  return {
    begin: async () => {
      const member = await file.writer.begin()
      const connection = memberConnection(file, member)
      const mine = executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
      return {
        kysely: new Transaction<any>({ config: unused, driver: unused, dialect: unused, executor: mine }),
        run: (sql, parameters) => member.run(() => file.statements.execute(sql, parameters)),
        commit: () => member.commit(),
        rollback: () => member.rollback(),
      }
    },
    read: (sql, parameters) => file.read(sql, parameters),
  }
}
