import { Transaction, type Kysely } from 'kysely'
import type { DirectStore } from '../../ports/storage.ts'
import { breathingWriter, type SqliteFile } from './file.ts'
import { memberConnection } from './kysely-dialect.ts'

const unused: never = Object.freeze({}) as never

/** Transactions on an open file, with Kysely only where it is asked for. */
export function directOn(file: SqliteFile, kysely: Kysely<any>): DirectStore {
  const executor = kysely.getExecutor()
  return {
    begin: async () => {
      const member = await file.writer.begin()
      const breathe = breathingWriter()
      const connection = memberConnection(file, member, breathe)
      const mine = executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
      return {
        kysely: new Transaction<any>({ config: unused, driver: unused, dialect: unused, executor: mine }),
        run: (sql, parameters) => {
          const pause = breathe(parameters)
          const execute = () => member.run(() => file.statements.execute(sql, parameters))
          return pause === undefined ? execute() : pause.then(execute)
        },
        commit: () => member.commit(),
        rollback: () => member.rollback(),
      }
    },
    read: (sql, parameters) => file.read(sql, parameters),
  }
}
