import {
  id,
  type Identity,
  type ProjectId,
  type RequestContext,
  type RequestId,
  type UserId,
} from '@novakit/core/vocabulary'

/** Who a request speaks for. Null: nobody knows. */
export type Authenticate = (request: Request, requestId: RequestId) => Promise<RequestContext | null>

const TOKEN = 'x-auth-token'

/** Asks whoever knows the tokens: Keystone, or a host app's own. */
export function byToken(identity: Identity): Authenticate {
  return async (request, requestId) => {
    const token = request.headers.get(TOKEN)
    const context = token === null ? null : await identity.authenticate(token)
    return context === null ? null : { ...context, requestId }
  }
}

/**
 * For tests and trusted networks alone: believes what the request says. The token is `USER` or `USER:PROJECT`, roles are
 * in `x-roles`, and without it the user `admin` has the role of that name. `openstack-system-scope` makes the token one
 * for the whole system, and `x-project-id` names another project than the token does.
 */
export function noauth2(): Authenticate {
  return async (request, requestId) => {
    const token = request.headers.get(TOKEN)
    if (token === null || token === '') return null
    const [user = '', project = user] = token.split(':')
    const system = request.headers.get('openstack-system-scope') ?? request.headers.get('openstack_system_scope')
    return {
      requestId,
      user: id<UserId>(user),
      project: id<ProjectId>(request.headers.get('x-project-id') ?? (system === null ? project : '')),
      roles: rolesOf(request.headers.get('x-roles'), user),
      ...(system === null ? {} : { systemScope: 'all' as const }),
    }
  }
}

function rolesOf(given: string | null, user: string): readonly string[] {
  if (given === null) return user === 'admin' ? ['admin'] : []
  return given
    .split(',')
    .map((role) => role.trim().toLowerCase())
    .filter((role) => role.length > 0)
}
