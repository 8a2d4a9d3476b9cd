import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Json } from '../../domain/json.ts'
import type { OperationId, ProjectId } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { operationErrors } from '../../domain/operation/errors.ts'

export interface UsedKey {
  readonly project: ProjectId
  readonly key: string
  /** Of the request, so that a key is not used for two different ones. */
  readonly hash: string
}

export interface KeyedRequest extends UsedKey {
  readonly operation: OperationId
}

/** The answer that this key got before, or null where it is not used yet. @throws `operation.key_reused` */
export async function knownAnswer(tx: GlobalTx, { project, key, hash }: UsedKey): Promise<Json | null> {
  const known = await tx
    .db<GlobalTables>()
    .selectFrom('idempotency_key')
    .select(['hash', 'answer'])
    .where('project', '=', project)
    .where('key', '=', key)
    .executeTakeFirst()
  if (known === undefined) return null
  if (known.hash !== hash) throw operationErrors.key_reused({})
  return JSON.parse(known.answer) as Json
}

/**
 * The answer that this key got before, or null where the key is new: then it is taken, and the caller gives the answer
 * with {@link rememberAnswer} in the same transaction. Of two callers at one time one waits for the other's commit.
 * @throws `operation.key_reused`
 */
export async function answerOnce(tx: GlobalTx, request: KeyedRequest): Promise<Json | null> {
  const row = { ...request, answer: 'null', created_at: await tx.now() }
  if ((await insertIgnore(tx, 'idempotency_key', [row])) === 1) return null
  return knownAnswer(tx, request)
}

export async function rememberAnswer(tx: GlobalTx, project: ProjectId, key: string, answer: Json): Promise<void> {
  await tx
    .db<GlobalTables>()
    .updateTable('idempotency_key')
    .set({ answer: JSON.stringify(answer) })
    .where('project', '=', project)
    .where('key', '=', key)
    .execute()
}
