import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { Claim } from '../../domain/placement/claim.ts'
import type { ConductorDeps } from '../deps.ts'
import type { ConsumerId, MigrationId, OperationId, ProviderId, ServerId } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Held } from './request.ts'
import type { OpenResize } from '../../storage/cell/open-resizes.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import { claimFor } from '../create/claim.ts'
import { id } from '../../domain/ids.ts'
import { operationErrors } from '../../domain/operation/errors.ts'

type Ledger = Pick<ConductorDeps, 'ledger'>

/** Who moves, and what of it is asked of the scheduler. */
export interface Mover {
  readonly server: ServerId
  readonly migration: MigrationId
  readonly wanted: BuildRequest
}

/**
 * The server holds its new place, and the migration what the server held before, with its share in the group's rules:
 * nobody may take a place to which it may come back.
 * @returns what it held. @throws `operation.again` where there is no room any more; nothing was claimed then
 */
export async function takeOver(
  tx: GlobalTx,
  { ledger }: Ledger,
  { server, migration, wanted }: Mover,
  from: Place,
  to: Place,
  operation: OperationId,
): Promise<Held> {
  const left = heldIn(await ledger.allocationsOf(tx, [id<ConsumerId>(server)]))
  const mine = await claimFor(tx, wanted, to, operation)
  const before = await claimFor(tx, wanted, { ...from, allocations: left } as Place, operation)
  const keys = new Set(mine.guards.map(({ key }) => key))
  const guards = before.guards.filter(({ kind, key }) => kind === 'counter' && !keys.has(key))
  const both = await ledger.claim(tx, [mine, ofMigration({ ...before, guards }, migration)])
  if (both.kind === 'claimed') return left
  throw operationErrors.again({ why: 'a claim was lost' }, { detail: both.refusal })
}

/**
 * The server holds its old place again; what it held in the new one is the migration's, until that host has shown that
 * nothing is left there.
 * @param strictly false: it comes back although the rules of its group have settled elsewhere meanwhile
 * @returns whether it does
 */
export async function takeBack(
  tx: GlobalTx,
  { ledger }: Ledger,
  { server, migration, wanted }: Mover,
  to: Place,
  operation: OperationId,
  strictly: boolean,
): Promise<boolean> {
  const arrived = heldIn(await ledger.allocationsOf(tx, [id<ConsumerId>(server)]))
  const mine = await claimFor(tx, wanted, to, operation)
  const there = ofMigration({ ...mine, allocations: allocationsOf(arrived), guards: [] }, migration)
  const back = await ledger.claim(tx, [mine, there])
  if (back.kind === 'claimed') return true
  if (back.refusal.kind === 'guard' && strictly) return false
  const freely = await ledger.claim(tx, [{ ...mine, guards: [] }, there])
  if (freely.kind === 'claimed') return true
  throw operationErrors.again({ why: 'its old place was taken' }, { detail: freely.refusal })
}

/** What a migration holds of a host, as a place. */
export async function leftOf(
  tx: GlobalTx,
  { ledger }: Ledger,
  { id: migration, source }: Pick<OpenResize, 'id' | 'source'>,
): Promise<Place> {
  const allocations = heldIn(await ledger.allocationsOf(tx, [id<ConsumerId>(migration)]))
  return { ...source, allocations } as unknown as Place
}

function ofMigration(claim: Claim, migration: MigrationId): Claim {
  return { ...claim, consumer: id<ConsumerId>(migration), consumerType: 'MIGRATION' }
}

function heldIn(allocations: readonly { readonly provider: ProviderId; readonly resources: Resources }[]): Held {
  return Object.fromEntries(allocations.map(({ provider, resources }) => [provider, resources]))
}

const allocationsOf = (held: Held): Claim['allocations'] => new Map(Object.entries(held) as [ProviderId, Resources][])
