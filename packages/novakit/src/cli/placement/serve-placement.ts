import {
  freshRandom,
  jsonLog,
  openStore,
  silentLog,
  sqlite,
  systemClock,
  systemIds,
  type GlobalStore,
  type Log,
} from '@novakit/core'
import { noauth2, serve, type CorsOptions, type HttpServer } from '@novakit/http-kit'
import { createPlacementApi, policyProfile, type PolicyProfile } from '@novakit/http-placement'
import { placementLedger } from '@novakit/placement'

export interface PlacementServerOptions {
  readonly host: string
  readonly port: number
  readonly policy: PolicyProfile
  /** Origins whose pages are let in. */
  readonly origins: readonly string[]
  /** Null: in memory. */
  readonly database: string | null
  readonly verbose: boolean
}

export interface PlacementServer {
  readonly server: HttpServer
  close(): Promise<void>
}

/** A Placement of its own: the ledger in a SQLite file or in memory, and its API on a port. */
export async function servePlacement(options: PlacementServerOptions): Promise<PlacementServer> {
  const log = options.verbose ? jsonLog('warn') : silentLog
  const store = await openLedger(options.database, log)
  const cors = corsOf(options.origins)
  const api = createPlacementApi({
    store,
    authenticate: noauth2(),
    policy: policyProfile(options.policy),
    ids: systemIds,
    clock: systemClock,
    log,
    ...(cors === null ? {} : { cors }),
  })
  await api.warmUp()
  const server = await serve(api.handle, { host: options.host, port: options.port, log })
  return { server, close: () => store.close() }
}

/** The global store of a file, or of memory where there is none. */
export function openLedger(database: string | null, log: Log): Promise<GlobalStore> {
  const deps = { clock: systemClock, random: freshRandom(), log }
  const driver = sqlite(database === null ? ':memory:' : { file: database })
  return openStore('global', 'global', driver, deps, placementLedger().migrations)
}

function corsOf(origins: readonly string[]): CorsOptions | null {
  if (origins.length === 0) return null
  const methods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']
  return {
    allowedOrigins: origins,
    allowedMethods: methods,
    allowedHeaders: ['x-auth-token', 'openstack-api-version', 'x-openstack-request-id'],
    exposedHeaders: ['x-openstack-request-id', 'openstack-api-version'],
    maxAgeSeconds: 3600,
  }
}
