import type { ApiDeps } from '../api/deps.ts'
import type { Cell, Cells } from '../cells/cells.ts'
import type { CellId, OperationId } from '../domain/ids.ts'
import type { CellInfo } from '../domain/cell/cell.ts'
import type { CloudParts } from './options.ts'
import type { Container } from './container.ts'
import type { GlobalStore } from '../ports/storage.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import { cells as newCells } from '../cells/cells.ts'
import { client } from '../rpc/index.ts'
import { cloudEvents, emit } from '../api/events.ts'
import { clusterView, conductor, hearing, snapshotEngine, type Hearing } from '../conductor/index.ts'
import { hostAddress, hostContract } from '../rpc/host.ts'
import { hostErrors } from '../domain/host/errors.ts'
import { makeCell, openCells, openGlobalStore, openNewCells } from './stores.ts'
import { problemOf } from '../domain/error.ts'
import { tokens } from './tokens.ts'
import { wakeAddress, wakeContract } from '../rpc/wake.ts'

/** Puts the parts of a cloud into its container. The stores are open afterwards. */
export async function assemble(container: Container, parts: CloudParts): Promise<void> {
  const { clock, ledger } = parts
  provideParts(container, parts)
  container.provide(tokens.events, () => cloudEvents(parts.log))
  const global = await openGlobalStore(parts)
  const cells = newCells({ clock, changed: (cell) => tellOfCell(container, parts, cell) })
  container.provide(tokens.global, () => global)
  container.provide(tokens.cells, () => cells)
  const secrets = await openTheRest(parts, global, cells).catch(async (error: unknown) => {
    await closeStores(container)
    throw error
  })
  container.provide(tokens.secrets, () => secrets)
  const { downAfter } = parts.timing
  const ear = hearing(cells, downAfter)
  container.provide(tokens.view, () => {
    const engine = parts.scheduler.engine?.() ?? snapshotEngine(parts.scheduler)
    return clusterView({ global, cells, ledger, clock, downAfter, hearing: ear, engine })
  })
  container.provide(tokens.conductor, () => makeConductor(container, parts, ear))
  container.provide(tokens.api, () => apiDeps(container, parts))
}

async function openTheRest(parts: CloudParts, global: GlobalStore, cells: Cells): Promise<SecretBox> {
  const secrets = typeof parts.secrets === 'function' ? await parts.secrets() : parts.secrets
  await openCells(parts, global, cells, Object.keys(parts.cells))
  return secrets
}

/** Not through an outbox: the store that would hold it may be the one that is down. */
function tellOfCell(container: Container, { clock, ids, log }: CloudParts, { id, name, up }: Cell): void {
  log.warn(up ? 'a cell works again' : 'a cell does not answer, or does not store', { cell: name })
  // Nothing more is offered in a cell that is down, nor withheld in one that is back.
  container.get(tokens.view).invalidate()
  const event = { id: ids.uuid(), seq: 0, at: clock.now(), store: 'global', version: 1, payload: { cell: id } } as const
  emit(container.get(tokens.events), { ...event, name: up ? 'cell.up' : 'cell.down' })
}

function provideParts(container: Container, parts: CloudParts): void {
  container.provide(tokens.clock, () => parts.clock)
  container.provide(tokens.random, () => parts.random)
  container.provide(tokens.ids, () => parts.ids)
  container.provide(tokens.log, () => parts.log)
  container.provide(tokens.transport, () => parts.transport)
  container.provide(tokens.scheduler, () => parts.scheduler)
  container.provide(tokens.ledger, () => parts.ledger)
  container.provide(tokens.images, () => parts.images)
  container.provide(tokens.networks, () => parts.networks)
  container.provide(tokens.volumes, () => parts.volumes)
  container.provide(tokens.policy, () => parts.policy)
}

function makeConductor(container: Container, parts: CloudParts, ear: Hearing): ReturnType<typeof conductor> {
  const { ledger, scheduler, networks, images, volumes, clock, ids, log, random } = parts
  const { transport, timing, maxAttempts, recovery, failPoint } = parts
  const events = container.get(tokens.events)
  return conductor(
    {
      global: container.get(tokens.global),
      cells: container.get(tokens.cells),
      view: container.get(tokens.view),
      hearing: ear,
      ledger,
      scheduler,
      networks,
      images,
      volumes,
      clock,
      ids,
      log,
      random,
      transport,
      timing,
      maxAttempts,
      recovery,
      deliver: (event) => emit(events, event),
      ...(failPoint === undefined ? {} : { failPoint }),
    },
    {
      owner: `conductor/${ids.uuid()}`,
      mapHosts: parts.mapHosts,
      leaseFor: timing.leaseFor,
      scanEvery: timing.scanEvery,
      relayEvery: timing.relayEvery,
    },
  )
}

function apiDeps(container: Container, parts: CloudParts): ApiDeps {
  const { policy, ledger, images, networks, volumes, clock, ids, log, transport } = parts
  const global = container.get(tokens.global)
  const cells = container.get(tokens.cells)
  const waker = client(wakeContract, transport, wakeAddress, { clock, ids })
  const wake = (store: StoreName, operation: OperationId): void => {
    waker.wake({ store, operation }, { traceId: operation }).catch((error: unknown) => {
      log.debug('no conductor heard the wake-up; one will find the operation', { operation, error: String(error) })
    })
  }
  const make = async (name: string): Promise<CellInfo> => {
    const { id } = await makeCell(parts, global, cells, name)
    await adopt(container, parts, id)
    return { id, name, disabled: false }
  }
  return {
    global,
    cells,
    policy,
    ledger,
    images,
    networks,
    volumes,
    secrets: container.get(tokens.secrets),
    clock,
    ids,
    log,
    events: container.get(tokens.events),
    downAfter: parts.timing.downAfter,
    actWithin: parts.timing.actWithin,
    reclaimAfter: parts.timing.reclaimAfter,
    allowResizeToSameHost: parts.allowResizeToSameHost,
    makeCell: make,
    hostsChanged: () => container.get(tokens.view).invalidate(),
    hands: parts.roles.includes('conductor') ? container.get(tokens.conductor).hands : null,
    discoverHosts: (cell: CellId) => container.get(tokens.conductor).discoverHosts(cell),
    wake,
    askHost: async (host, question, traceId) => {
      const asked = client(hostContract, transport, hostAddress(host), { clock, ids })
      return asked.ask(question, { traceId }).catch((error: unknown) => {
        if (!problemOf(error).code.startsWith('transport.')) throw error
        throw hostErrors.unreachable({}, { detail: { host }, cause: error })
      })
    },
  }
}

async function adopt(container: Container, { roles }: CloudParts, cell: CellId): Promise<void> {
  if (roles.includes('conductor')) await container.get(tokens.conductor).adopt(cell)
}

/** Takes in cells that other processes have made. */
export async function followCells(container: Container, parts: CloudParts): Promise<void> {
  const cells = container.get(tokens.cells)
  await openNewCells(parts, container.get(tokens.global), cells)
  // All of them: the conductor may have failed to adopt one the last time.
  for (const { id } of cells.list()) await adopt(container, parts, id)
}

/** Those that are open. */
export async function closeStores(container: Container): Promise<void> {
  for (const cell of container.get(tokens.cells).list()) await cell.store.close()
  await container.get(tokens.global).close()
}
