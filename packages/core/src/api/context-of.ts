import { z } from 'zod'
import type { Caller, RequestContext } from '../domain/context/request-context.ts'
import type { Ids } from '../ports/ids.ts'
import { contextErrors } from '../domain/context/errors.ts'
import { id } from '../domain/ids.ts'
import { parse } from './parse.ts'
import { reference } from './fields.ts'

const caller = z.strictObject({
  project: reference,
  user: reference,
  roles: z.array(z.string().min(1).max(255)).max(100),
  requestId: reference.optional(),
})

/** @throws `context.invalid` */
export function contextOf(given: Caller, ids: Ids): RequestContext {
  const { project, user, roles, requestId } = parse(caller, given, (what) => contextErrors.invalid({ what }))
  return Object.freeze({
    requestId: id(requestId ?? `req-${ids.uuid()}`),
    project: id(project),
    user: id(user),
    roles: Object.freeze(roles.map((role) => role.toLowerCase())),
  }) as RequestContext
}
