import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Kysely } from 'kysely'
import type { Json } from '../../domain/json.ts'
import type { OperationId, ProjectId } from '../../domain/ids.ts'
import { insertIgnore, statement } from '../index.ts'
import { operationErrors } from '../../domain/operation/errors.ts'

export interface UsedKey {
  readonly project: ProjectId
  readonly key: string
  /** Of the request, so that a key is not used for two different ones. */
  readonly hash: string
}

export interface KeyedRequest extends UsedKey {
  readonly operation: OperationId
  /** What the key stands for from now on. */
  readonly answer: Json
}

/** The answer that this key got before, or null where it is not used yet. @throws `operation.key_reused` */
export async function knownAnswer(tx: GlobalTx, { project, key, hash }: UsedKey): Promise<Json | null> {
  const [known] = (await used(tx, { project, key })).rows
  if (known === undefined) return null
  if (known.hash !== hash) throw operationErrors.key_reused({})
  return JSON.parse(known.answer) as Json
}

const used = statement((db: Kysely<GlobalTables>, v: { project: string; key: string }) =>
  db.selectFrom('idempotency_key').select(['hash', 'answer']).where('project', '=', v.project).where('key', '=', v.key),
)

/**
 * The answer that this key got before, or null where the key is new: then it is taken for the answer given. Of two callers at one time one waits for the other's commit.
 * @throws `operation.key_reused`
 */
export async function answerOnce(tx: GlobalTx, request: KeyedRequest): Promise<Json | null> {
  const row = { ...request, answer: JSON.stringify(request.answer), created_at: await tx.now() }
  if ((await insertIgnore(tx, 'idempotency_key', [row])) === 1) return null
  return knownAnswer(tx, request)
}

/** In the transaction that took the key: another answer. */
export async function rememberAnswer(tx: GlobalTx, project: ProjectId, key: string, answer: Json): Promise<void> {
  await tx
    .db<GlobalTables>()
    .updateTable('idempotency_key')
    .set({ answer: JSON.stringify(answer) })
    .where('project', '=', project)
    .where('key', '=', key)
    .execute()
}
