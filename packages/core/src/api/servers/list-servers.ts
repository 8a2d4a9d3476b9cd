import type { ApiDeps } from '../deps.ts'
import type { CellId, ServerId } from '../../domain/ids.ts'
import type { CellResult } from '../../domain/cell/cell.ts'
import type { InstanceSelection, SortColumn } from '../../storage/cell/list-instances.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { ParsedQuery } from './input.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Server } from '../../domain/server/server.ts'
import { authorize } from '../authorize.ts'
import { cursorOf, isCursor, parseCursor, type Cursor } from './cursor.ts'
import { faultsOf } from '../../storage/cell/faults.ts'
import { findServer } from './find-server.ts'
import { listInstances } from '../../storage/cell/list-instances.ts'
import { parse } from '../parse.ts'
import { pendingOf } from '../../storage/global/build-requests.ts'
import { pendingServer, shownTo } from './views.ts'
import { reference } from '../fields.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { toServer } from '../../storage/cell/to-server.ts'
import { id } from '../../domain/ids.ts'

/** A page of servers. */
export interface ServerPage {
  readonly servers: readonly Server[]
  /** Give it as `marker` for the page after this one; null where this is the last. */
  readonly next: string | null
  /** Cells that did not answer: their servers are missing from this page. */
  readonly partial: readonly CellId[]
}

const columns: Readonly<Record<ParsedQuery['sort'], SortColumn>> = {
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  name: 'name',
}

/** Asks every cell for its first servers after the marker and merges them: a cell that is down spoils nothing else. */
export async function listServers(deps: ApiDeps, context: RequestContext, query: ParsedQuery): Promise<ServerPage> {
  const project = projectOf(deps, context, query)
  if (query.host !== undefined) authorize(deps.policy, 'servers:get:placement', context, { project: context.project })
  if (query.ids?.length === 0) return { servers: [], next: null, partial: [] }
  const after = query.marker === undefined ? undefined : await cursorFor(deps, context, query, query.marker)
  const selection = selectionOf(query, project, after)
  const pending = (): Promise<readonly Server[]> => pendingServers(deps, query, project, after)
  // Looked for before and after the cells: a server that enters its cell meanwhile, or leaves it again, is seen somewhere.
  const before = await pending()
  const answers = await deps.cells.ask(async (tx, cell) => {
    const rows = await listInstances(tx, selection)
    const faults = await faultsOf(
      tx,
      rows.filter((row) => row.vm_state === 'error').map((row) => row.id),
    )
    return rows.map((row) => toServer(row, cell.id, faults.get(id<ServerId>(row.id)) ?? null))
  })
  const inCells = answers.flatMap((answer) => (answer.kind === 'ok' ? answer.value : []))
  const found = merge(query, [...inCells, ...(await pending()), ...before])
  const servers = found.slice(0, query.limit)
  const last = servers.at(-1)
  return {
    servers: servers.map((server) => shownTo(deps, context, server)),
    next: found.length > query.limit && last !== undefined ? cursorOf(last, query.sort) : null,
    partial: answers.filter((answer: CellResult<unknown>) => answer.kind !== 'ok').map((answer) => answer.cell),
  }
}

/** Of one's own project, unless policy shows more. */
function projectOf({ policy }: ApiDeps, context: RequestContext, query: ParsedQuery): string | undefined {
  const foreign = query.project !== undefined && query.project !== context.project
  if (query.allProjects || foreign) {
    authorize(policy, 'servers:list:all_projects', context, {})
    return query.project
  }
  authorize(policy, 'servers:list', context, { project: context.project })
  return context.project
}

function selectionOf(query: ParsedQuery, project: string | undefined, after: Cursor | undefined): InstanceSelection {
  const { user, ids, flavor, image, keyName, reservation, zone, host, locked, changesSince, changesBefore } = query
  return {
    project,
    user,
    ids,
    namePart: query.name,
    statuses: query.status,
    flavor,
    image,
    keyName,
    reservation,
    zone,
    host,
    locked,
    changesSince,
    changesBefore,
    deleted: query.deleted ? 'only' : changesSince === undefined ? 'no' : 'too',
    sort: columns[query.sort],
    descending: query.direction === 'descending',
    after,
    limit: query.limit + 1,
  }
}

/** Those on their way into a cell. There are few of them: they are looked through one by one. */
async function pendingServers(
  deps: ApiDeps,
  query: ParsedQuery,
  project: string | undefined,
  after: Cursor | undefined,
): Promise<readonly Server[]> {
  if (query.deleted || query.host !== undefined || query.locked === true) return []
  const requests = await deps.global.read((tx) => pendingOf(tx, project))
  return requests.map(pendingServer).filter((server) => matches(query, server) && isAfter(query, server, after))
}

function matches(query: ParsedQuery, server: Server): boolean {
  const wanted: readonly (readonly [unknown, unknown])[] = [
    [query.user, server.user],
    [query.flavor, server.flavor.id],
    [query.image, server.image],
    [query.keyName, server.keyName],
    [query.reservation, server.reservation],
    [query.zone, server.zone],
  ]
  return (
    wanted.every(([asked, is]) => asked === undefined || asked === is) &&
    (query.ids?.includes(server.id) ?? true) &&
    (query.status?.includes(server.status) ?? true) &&
    (query.name === undefined || server.name.toLowerCase().includes(query.name.toLowerCase())) &&
    (query.changesSince === undefined || server.updatedAt >= query.changesSince) &&
    (query.changesBefore === undefined || server.updatedAt <= query.changesBefore)
  )
}

/** In order; what is in a cell and still on its way counts as being in the cell. */
function merge(query: ParsedQuery, servers: readonly Server[]): readonly Server[] {
  const byId = new Map<ServerId, Server>()
  for (const server of servers) if (!byId.has(server.id)) byId.set(server.id, server)
  return [...byId.values()].toSorted((a, b) => compare(query, keyOf(query, a), keyOf(query, b)))
}

function keyOf(query: ParsedQuery, server: Server): Cursor {
  return { value: server[query.sort], id: server.id }
}

function isAfter(query: ParsedQuery, server: Server, after: Cursor | undefined): boolean {
  return after === undefined || compare(query, keyOf(query, server), after) > 0
}

function compare({ direction }: ParsedQuery, a: Cursor, b: Cursor): number {
  const order = a.value === b.value ? compareValues(a.id, b.id) : compareValues(a.value, b.value)
  return direction === 'descending' ? -order : order
}

/** Text by its code points, as stores compare it: JavaScript's own order is that of UTF-16 units. */
function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/** A cursor says itself where to go on; an id is looked up. */
async function cursorFor(deps: ApiDeps, context: RequestContext, query: ParsedQuery, marker: string): Promise<Cursor> {
  const invalid = (what: string): NovakitError => serverErrors.invalid({ what })
  if (!isCursor(marker)) {
    const server = id<ServerId>(parse(reference, marker, invalid, 'marker'))
    return keyOf(query, await findServer(deps, context, server))
  }
  const cursor = parseCursor(marker, query.sort)
  if (cursor === null) throw invalid(`marker is of no list in the order of ${query.sort}.`)
  return cursor
}
