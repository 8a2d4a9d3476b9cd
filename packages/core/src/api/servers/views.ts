import type { ApiDeps } from '../deps.ts'
import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { Fault, Server } from '../../domain/server/server.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { ServerId } from '../../domain/ids.ts'
import { isAllowed } from '../authorize.ts'
import { statusOf } from '../../domain/server/status.ts'
import { tenantView } from '../../domain/error.ts'

/** A server that was just asked for. */
export function acceptedServer(server: ServerId, blueprint: ServerBlueprint, createdAt: Instant): Server {
  return pendingServer({ server, blueprint, createdAt, deleting: false, attempt: 0 })
}

type Pending = Pick<BuildRequest, 'server' | 'blueprint' | 'deleting' | 'attempt' | 'createdAt'>

/** A server that does not stand in a cell yet. */
export function pendingServer(request: Pending): Server {
  const { blueprint, server, deleting, createdAt } = request
  const taskState = deleting ? 'deleting' : 'scheduling'
  return {
    id: server,
    name: blueprint.name,
    description: blueprint.description,
    project: blueprint.project,
    user: blueprint.user,
    status: statusOf('building', taskState),
    vmState: 'building',
    taskState,
    powerState: 'nostate',
    flavor: blueprint.flavor,
    image: blueprint.image?.id ?? null,
    keyName: blueprint.keys[0]?.name ?? null,
    metadata: blueprint.metadata,
    tags: blueprint.tags,
    zone: blueprint.zone,
    locked: false,
    lockedReason: null,
    hostname: blueprint.hostname,
    launchIndex: blueprint.launchIndex,
    reservation: blueprint.reservation,
    fault: null,
    createdAt,
    updatedAt: createdAt,
    launchedAt: null,
    deletedAt: null,
    placement: { cell: null, host: null, node: null, epoch: request.attempt },
  }
}

/** Takes away what this caller may not see: where the server runs, and what faults tell operators. */
export function shownTo({ policy }: Pick<ApiDeps, 'policy'>, context: RequestContext, server: Server): Server {
  if (isAllowed(policy, 'servers:get:placement', context, { project: server.project })) return server
  const { placement: _, ...rest } = server
  return { ...rest, fault: server.fault === null ? null : tenantFault(server.fault) }
}

function tenantFault(fault: Fault): Fault {
  return { ...tenantView(fault), at: fault.at }
}
