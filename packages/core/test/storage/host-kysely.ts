import { DatabaseSync } from 'node:sqlite'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'

/** A host app's Kysely: the stock dialect over node:sqlite, with a plugin of its own. */
export function hostKysely(file: string): Kysely<any> {
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = wal')
  const prepare = (sql: string) => {
    const statement = db.prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...(parameters as never[])).map((row) => ({ ...row })),
      run: (parameters: readonly unknown[]) => statement.run(...(parameters as never[])),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as never[])),
    }
  }
  const database = { prepare, close: () => db.close() }
  return new Kysely({ dialect: new SqliteDialect({ database: database as never }), plugins: [new CamelCasePlugin()] })
}
