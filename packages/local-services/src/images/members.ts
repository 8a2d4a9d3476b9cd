import { imageErrors, insertIgnore, type ProjectId, type RequestContext } from '@novakit/core'
import { owned, usable } from './queries.ts'
import { tables, type Records } from '../records/records.ts'
import type { MemberStatus } from './tables.ts'

/** Projects that an image is shared with. Each of them says for itself whether it wants to see it. */
export interface ImageMembers {
  /** By the owner of a shared image. @throws `image.conflict` when it is not shared */
  add(context: RequestContext, image: string, project: ProjectId): Promise<void>
  /** By the owner. Absent is fine. */
  remove(context: RequestContext, image: string, project: ProjectId): Promise<void>
  /** By the member itself. @throws `image.not_found` for who is no member */
  answer(context: RequestContext, image: string, answer: MemberStatus): Promise<void>
  /** All for the owner, itself for a member. */
  list(context: RequestContext, image: string): Promise<readonly ImageMember[]>
}

export interface ImageMember {
  readonly project: ProjectId
  readonly status: MemberStatus
}

export function imageMembers(records: Records): ImageMembers {
  return {
    add: (context, image, project) =>
      records.write(async (tx) => {
        const { visibility } = await owned(tx, context, image, 'share')
        if (visibility !== 'shared')
          throw imageErrors.conflict({ image, what: `is ${visibility}: only a shared image has members` })
        await insertIgnore(tx, 'image_member', [{ image, project, status: 'pending' }])
      }),
    remove: (context, image, project) =>
      records.write(async (tx) => {
        await owned(tx, context, image, 'share')
        await tables(tx).deleteFrom('image_member').where('image', '=', image).where('project', '=', project).execute()
      }),
    answer: (context, image, status) =>
      records.write(async (tx) => {
        const mine = tables(tx).updateTable('image_member').set({ status })
        const { project } = context
        const done = await mine.where('image', '=', image).where('project', '=', project).executeTakeFirst()
        if (Number(done.numUpdatedRows) === 0) throw imageErrors.not_found({ image })
      }),
    list: (context, image) =>
      records.read(async (tx) => {
        const row = await usable(tx, context, image)
        const rows = await tables(tx)
          .selectFrom('image_member')
          .selectAll()
          .where('image', '=', image)
          .orderBy('project')
          .execute()
        const all = row.owner === context.project || context.roles.includes('admin')
        return rows
          .filter(({ project }) => all || project === context.project)
          .map(({ project, status }) => ({ project: project as ProjectId, status }))
      }),
  }
}
