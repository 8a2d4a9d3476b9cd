import {
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely'

/** What is sent, in order: SQL, and `begin <isolation level>`, `commit`, `rollback`. */
export interface Scripted {
  readonly kysely: Kysely<any>
  readonly log: string[]
}

/**
 * A Kysely that speaks a dialect to nobody. `answer` may throw what a client would, or answer with rows; `affected`
 * stands for every other statement.
 */
export function scriptedKysely(
  dialect: 'postgres' | 'mysql',
  answer: (sent: string) => readonly unknown[] | undefined,
): Scripted {
  const log: string[] = []
  const send = (sent: string): QueryResult<never> => {
    log.push(sent)
    return { rows: (answer(sent) ?? []) as never[], numAffectedRows: 1n }
  }
  const connection: DatabaseConnection = {
    executeQuery: async ({ sql }) => send(sql),
    streamQuery: () => {
      throw new Error('not scripted')
    },
  }
  const mysql = dialect === 'mysql'
  const kysely = new Kysely<any>({
    dialect: {
      createAdapter: () => (mysql ? new MysqlAdapter() : new PostgresAdapter()),
      createIntrospector: (db) => (mysql ? new MysqlIntrospector(db) : new PostgresIntrospector(db)),
      createQueryCompiler: () => (mysql ? new MysqlQueryCompiler() : new PostgresQueryCompiler()),
      createDriver: () => ({
        init: async () => undefined,
        acquireConnection: async () => connection,
        beginTransaction: async (_, { isolationLevel }) => void send(`begin ${isolationLevel}`),
        commitTransaction: async () => void send('commit'),
        rollbackTransaction: async () => void send('rollback'),
        releaseConnection: async () => undefined,
        destroy: async () => undefined,
      }),
    },
  })
  return { kysely, log }
}
