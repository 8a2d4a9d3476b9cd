import { Transaction, type CompiledQuery, type Kysely, type KyselyProps, type QueryExecutor } from 'kysely'

/** Sees each statement before it is sent, and each error before the caller does. */
export interface Watch {
  /** @throws to refuse it */
  before(query: CompiledQuery): void
  failed(error: unknown, query: CompiledQuery): unknown
  /** Whether nothing is wrong after all, and nothing was answered. */
  passesOver?(error: unknown, query: CompiledQuery): boolean
}

const unused: never = Object.freeze({}) as never

/**
 * The same connection or transaction, watched. It is a {@link Transaction} to Kysely, so that it refuses to begin
 * another one.
 */
export function watchedKysely(db: Kysely<any>, watch: Watch): Transaction<any> {
  const props: KyselyProps = {
    config: unused,
    driver: unused,
    dialect: unused,
    executor: watched(db.getExecutor(), watch),
  }
  return new Transaction(props)
}

function watched(inner: QueryExecutor, watch: Watch): QueryExecutor {
  const over = (executor: QueryExecutor): QueryExecutor => watched(executor, watch)
  return {
    adapter: inner.adapter,
    plugins: inner.plugins,
    transformQuery: (node, queryId) => inner.transformQuery(node, queryId),
    compileQuery: (node, queryId) => inner.compileQuery(node, queryId),
    provideConnection: (consumer, options) => inner.provideConnection(consumer, options),
    executeQuery: async (query, options) => {
      watch.before(query)
      try {
        return await inner.executeQuery(query, options)
      } catch (error) {
        if (watch.passesOver?.(error, query) === true) return { rows: [] }
        throw watch.failed(error, query)
      }
    },
    stream: async function* (query, chunkSize, options) {
      watch.before(query)
      try {
        yield* inner.stream(query, chunkSize, options)
      } catch (error) {
        throw watch.failed(error, query)
      }
    },
    withConnectionProvider: (provider) => over(inner.withConnectionProvider(provider)),
    withPlugin: (plugin) => over(inner.withPlugin(plugin)),
    withPlugins: (plugins) => over(inner.withPlugins(plugins)),
    withPluginAtFront: (plugin) => over(inner.withPluginAtFront(plugin)),
    withoutPlugins: () => over(inner.withoutPlugins()),
  }
}
