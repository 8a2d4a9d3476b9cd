import type { GlobalTx, RequestContext } from '@novakit/core'
import { imageErrors } from '@novakit/core'
import { tables } from '../records/records.ts'
import { mayUse, owns, type Standing } from './access.ts'
import type { ImageRow } from './tables.ts'

export async function imageRow(tx: GlobalTx, id: string): Promise<ImageRow | null> {
  return (await tables(tx).selectFrom('image').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Every image that is not deleted, oldest first, and what the caller's project is to it. */
export async function standings(tx: GlobalTx, { project }: RequestContext): Promise<readonly Standing[]> {
  const rows = await tables(tx)
    .selectFrom('image')
    .leftJoin('image_member', (join) =>
      join.onRef('image_member.image', '=', 'image.id').on('image_member.project', '=', project),
    )
    .selectAll('image')
    .select('image_member.status as member')
    .where('image.status', '!=', 'deleted')
    .orderBy('image.created_at')
    .orderBy('image.id')
    .execute()
  return rows.map(({ member, ...row }) => ({ row, member }))
}

/** @throws `image.not_found` for what the caller may not use, as if it were not there */
export async function usable(tx: GlobalTx, context: RequestContext, id: string): Promise<ImageRow> {
  const row = await imageRow(tx, id)
  if (row === null || !mayUse(context, await standing(tx, context, row))) throw imageErrors.not_found({ image: id })
  return row
}

/** What the caller's project is to an image. */
export async function standing(tx: GlobalTx, { project }: RequestContext, row: ImageRow): Promise<Standing> {
  const members = tables(tx).selectFrom('image_member').select('status')
  const member = await members.where('image', '=', row.id).where('project', '=', project).executeTakeFirst()
  return { row, member: member?.status ?? null }
}

/** @throws `image.not_found`, `image.forbidden` for who may use it and does not own it */
export async function owned(tx: GlobalTx, context: RequestContext, id: string, what: string): Promise<ImageRow> {
  const row = await usable(tx, context, id)
  if (!owns(context, row)) throw imageErrors.forbidden({ image: id, what })
  return row
}

/** Writes where the image still stands as expected, and says whether it did. */
export async function change(
  tx: GlobalTx,
  expected: Pick<ImageRow, 'id' | 'status'> & Partial<Pick<ImageRow, 'draft'>>,
  values: Partial<ImageRow>,
): Promise<boolean> {
  let query = tables(tx)
    .updateTable('image')
    .set({ ...values, updated_at: await tx.now() })
    .where('id', '=', expected.id)
    .where('status', '=', expected.status)
  if (expected.draft !== undefined) query = query.where('draft', 'is', expected.draft)
  return Number((await query.executeTakeFirst()).numUpdatedRows) === 1
}
