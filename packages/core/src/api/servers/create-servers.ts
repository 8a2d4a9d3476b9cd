import type { ApiDeps } from '../deps.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Image } from '../../domain/image/image.ts'
import type { Json } from '../../domain/json.ts'
import type { OperationId, ServerId } from '../../domain/ids.ts'
import type { ParsedServer } from './input.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Server } from '../../domain/server/server.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import { accept, type NewOperation } from '../../saga/index.ts'
import { acceptedServer, shownTo } from './views.ts'
import { addBuildRequests, REQUESTS } from '../../storage/global/build-requests.ts'
import { addMappings } from '../../storage/global/instance-mappings.ts'
import { addRequestSpecs } from '../../storage/global/request-specs.ts'
import { aggregateErrors } from '../../domain/aggregate/errors.ts'
import { answered, serversNow, takeKey } from './replay.ts'
import { authorize } from '../authorize.ts'
import { blueprintOf, type Ingredients } from './blueprint-of.ts'
import { chargeMany, fits } from '../../storage/global/quotas.ts'
import { checkHints } from './check-hints.ts'
import { chargeOf } from '../../domain/quota/quota.ts'
import { checkMetadata } from './check-metadata.ts'
import { checkPartition, groupForCreate, joinGroup } from '../server-groups/group-for-create.ts'
import { id } from '../../domain/ids.ts'
import { keyPairFor } from './key-pair-for.ts'
import { limitsInForce } from '../../storage/global/quota-limits.ts'
import { rememberAnswer } from '../../storage/global/idempotency.ts'
import { usableImage, checkFit } from './usable-image.ts'
import { visibleFlavor } from '../flavors/visible-flavor.ts'
import { zoneExists } from '../../storage/global/aggregates.ts'

/**
 * Accepts servers: quota, build requests, addresses and the operation that will build them, in one transaction. When
 * it returns, they will be built or shown in error, whatever happens to this process. The answer is what was accepted:
 * nothing is read after the commit that could fail.
 */
export async function createServers(
  deps: ApiDeps,
  context: RequestContext,
  input: ParsedServer,
): Promise<readonly Server[]> {
  authorize(deps.policy, 'servers:create', context, { project: context.project })
  if (input.host !== undefined || input.node !== undefined) {
    authorize(deps.policy, 'servers:create:forced_host', context, { project: context.project })
  }
  const before = await answered(deps, context, input)
  if (before !== null) return serversNow(deps, context, before)
  const image = await usableImage(deps.images, context, input.image)
  await deps.networks.validate(context, networksOf(input), input.count.max)
  const operation = id<OperationId>(deps.ids.uuid())
  const made = await deps.global.write(async (tx) => {
    const { count } = input
    const ids = Array.from({ length: count.max }, () => id<ServerId>(deps.ids.uuid()))
    const meanwhile = await takeKey(tx, context, input, { operation, servers: ids })
    return meanwhile ?? acceptAll(tx, deps, context, input, image, operation, ids)
  })
  return 'operation' in made ? serversNow(deps, context, made) : made.map((server) => shownTo(deps, context, server))
}

async function acceptAll(
  tx: GlobalTx,
  deps: ApiDeps,
  context: RequestContext,
  input: ParsedServer,
  image: Image,
  operation: OperationId,
  ids: readonly ServerId[],
): Promise<readonly Server[]> {
  const flavor = await visibleFlavor(tx, context, deps.policy, input.flavor)
  checkFit(flavor, image)
  if (input.zone !== undefined && !(await zoneExists(tx, input.zone))) {
    throw aggregateErrors.zone_not_found({ zone: input.zone })
  }
  if (Object.keys(input.metadata).length > 0) {
    checkMetadata(await limitsInForce(tx, context.project, context.user), input.metadata)
  }
  await checkHints(tx, deps, context, input.hints)
  const keyPair = await keyPairFor(tx, context, input.keyName)
  const group = input.group === undefined ? null : await groupForCreate(tx, context, input.group)
  checkPartition(group, input.hints.partition)
  const servers = await charged(tx, context, input, flavor, operation, ids)
  const ingredients = { context, input, flavor, image, keyPair, group: group?.id ?? null }
  const made = await writeDown(tx, deps, ingredients, servers, operation)
  if (group !== null) await joinGroup(tx, context, group, servers, input.hints.partition ?? null)
  // Fewer than were asked for: what the key stands for is known only now.
  if (input.idempotencyKey !== undefined && servers.length < ids.length) {
    await rememberAnswer(tx, context.project, input.idempotencyKey, { operation, servers: [...servers] })
  }
  return made
}

/** As many servers as quota has room for, from `count.min` to `count.max`. @throws `quota.exceeded` */
async function charged(
  tx: GlobalTx,
  { project, user }: RequestContext,
  { count }: ParsedServer,
  flavor: Flavor,
  operation: OperationId,
  ids: readonly ServerId[],
): Promise<readonly ServerId[]> {
  const amounts = chargeOf(flavor)
  const room = count.min === count.max ? count.max : await fits(tx, { project, user, amounts }, count.max)
  const number = Math.max(count.min, Math.min(count.max, room))
  const servers = ids.slice(0, number)
  await chargeMany(tx, { subjects: servers, project, user, operation, amounts })
  return servers
}

async function writeDown(
  tx: GlobalTx,
  deps: ApiDeps,
  ingredients: Omit<Ingredients, 'index' | 'of' | 'reservation' | 'secrets'>,
  servers: readonly ServerId[],
  operation: OperationId,
): Promise<readonly Server[]> {
  const { context, input } = ingredients
  // The end of an id is chance; its beginning is the time.
  const reservation = `r-${operation.slice(-8)}`
  const of = servers.length
  const made = servers.map((server, index): { server: ServerId; blueprint: ServerBlueprint } => ({
    server,
    blueprint: blueprintOf({ ...ingredients, index, of, reservation, secrets: deps.secrets }),
  }))
  const requests = await addBuildRequests(tx, operation, made)
  await addMappings(tx, context.project, servers)
  await addRequestSpecs(tx, made)
  const intent: NewOperation = {
    id: operation,
    kind: 'server.create',
    subject: reservation,
    request: { servers: [...servers], minCount: Math.min(input.count.min, of) } as Json,
    traceId: context.requestId,
  }
  const lease = deps.hands?.lease('global') ?? null
  const accepted = await accept(tx, intent, lease)
  tx.afterCommit(() => {
    if (lease === null) deps.wake('global', operation)
    else deps.hands?.begin('global', accepted, new Map([[REQUESTS, requests]]))
  })
  const at = await tx.now()
  return made.map(({ server, blueprint }) => acceptedServer(server, blueprint, at))
}

function networksOf(input: ParsedServer): ServerBlueprint['networks'] {
  return input.networks as ServerBlueprint['networks']
}
