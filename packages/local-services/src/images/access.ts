import type { RequestContext } from '@novakit/core'
import type { ImageRow, MemberStatus } from './tables.ts'

/** What somebody is to an image. */
export interface Standing {
  readonly row: ImageRow
  /** Of the caller's project; null where it is no member. */
  readonly member: MemberStatus | null
}

export function isAdmin({ roles }: RequestContext): boolean {
  return roles.includes('admin')
}

export function owns(context: RequestContext, row: ImageRow): boolean {
  return row.owner === context.project || isAdmin(context)
}

/** Whether it may be used by who knows its id. */
export function mayUse(context: RequestContext, { row, member }: Standing): boolean {
  if (row.status === 'deleted') return false
  if (owns(context, row) || row.visibility === 'public' || row.visibility === 'community') return true
  return row.visibility === 'shared' && member !== null
}

/**
 * Whether it is shown to who asks for a list, and found by its name. As in Glance, what others share shows only once it
 * is accepted: nobody can put an image before somebody else's eyes.
 */
export function isListed(context: RequestContext, { row, member }: Standing): boolean {
  if (row.status === 'deleted') return false
  if (row.owner === context.project || row.visibility === 'public') return true
  return row.visibility === 'shared' && member === 'accepted'
}
