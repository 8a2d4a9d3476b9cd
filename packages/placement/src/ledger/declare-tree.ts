import { placementErrors, type GlobalTx, type ProviderDeclaration, type ProviderId } from '@novakit/core'
import { inBatches } from './batches.ts'
import { lockFeed } from './change-feed.ts'
import { checkTree } from './check-tree.ts'
import { tree, type KnownProvider } from './providers.ts'
import { tables } from './tables.ts'
import { applyDiff } from './tree-apply.ts'
import { diffTree, isEmpty, type TreeDiff } from './tree-diff.ts'

/** See the port. Agents declare the same tree at every heartbeat: that reads, and writes nothing. */
export async function declareTree(
  tx: GlobalTx,
  root: ProviderId,
  providers: readonly ProviderDeclaration[],
): Promise<void> {
  checkTree(root, providers)
  await changeTree(tx, root, providers)
}

/** See the port. A tree that is not there is removed already. */
export async function removeTree(tx: GlobalTx, root: ProviderId): Promise<void> {
  await changeTree(tx, root, [])
}

/** With several writers it is looked at again under the locks: another agent of the same host may declare it too. */
async function changeTree(tx: GlobalTx, root: ProviderId, declared: readonly ProviderDeclaration[]): Promise<void> {
  const ids = declared.map((provider) => provider.id)
  const look = async (): Promise<TreeDiff> => diffTree(declared, ownTree(root, await tree(tx, root, ids)))
  const first = await look()
  if (isEmpty(first)) return
  await lockTree(tx, root)
  const diff = tx.dialect.singleWriter ? first : await look()
  await checkNames(tx, diff)
  await applyDiff(tx, root, diff)
}

/** @throws `placement.invalid` for a provider that stands in another tree */
function ownTree(root: ProviderId, known: readonly KnownProvider[]): readonly KnownProvider[] {
  const stranger = known.find((provider) => provider.root !== root)
  if (stranger === undefined) return known
  throw placementErrors.invalid({ what: `provider ${stranger.id} stands in the tree of ${stranger.root}.` })
}

/** In the order of all locks: inventories before the feed. */
async function lockTree(tx: GlobalTx, root: ProviderId): Promise<void> {
  if (tx.dialect.singleWriter) return
  const own = tables(tx).selectFrom('resource_provider').select('id').where('root', '=', root)
  await tables(tx)
    .selectFrom('inventory')
    .select('provider')
    .where('provider', 'in', own)
    .orderBy('provider')
    .orderBy('resource_class')
    .forUpdate()
    .execute()
  await lockFeed(tx)
}

/** The unique key protects; this says it in words. @throws `placement.invalid` */
async function checkNames(tx: GlobalTx, { removed, changed, added }: TreeDiff): Promise<void> {
  const named = [...added, ...changed.filter((diff) => diff.renamed).map((diff) => diff.declared)]
  const leaving = new Set<string>(removed.map((provider) => provider.id))
  const owners = await inBatches(
    named.map((provider) => provider.name),
    (names) => tables(tx).selectFrom('resource_provider').select(['id', 'name']).where('name', 'in', names).execute(),
  )
  for (const { id, name } of owners) {
    const wanting = named.find((provider) => provider.name === name)
    if (wanting === undefined || wanting.id === id || leaving.has(id)) continue
    throw placementErrors.invalid({ what: `provider ${wanting.id} wants the name ${name}, which ${id} has.` })
  }
}
