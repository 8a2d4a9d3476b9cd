import type { GlobalTx } from '../../ports/storage.ts'
import type { KeyPair } from '../../domain/key-pair/key-pair.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { findKeyPair } from '../../storage/global/key-pairs.ts'
import { keyPairErrors } from '../../domain/key-pair/errors.ts'

/** The caller's own key pair of that name; null where none is asked for. @throws `key_pair.not_found` */
export async function keyPairFor(
  tx: GlobalTx,
  { user }: RequestContext,
  name: string | undefined,
): Promise<KeyPair | null> {
  if (name === undefined) return null
  const found = await findKeyPair(tx, user, name)
  if (found === null) throw keyPairErrors.not_found({ name })
  return found
}
