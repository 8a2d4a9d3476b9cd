import type { CloudWorld } from '../world/cloud-world.ts'
import type { VmState } from '@novakit/core'
import { capacityOf, seconds, tokens } from '@novakit/core'

/** How often what must hold at every moment is looked at, in virtual time. */
const EVERY = seconds(1)

/** Looks, while a cloud is in trouble, at what must hold at every moment. */
export function watch(world: CloudWorld): void {
  const look = async (): Promise<void> => {
    for (const finding of [...(await overCapacity(world)), ...(await overQuota(world))]) world.violate(finding)
    world.clock.after(EVERY, () => void look())
  }
  world.clock.after(EVERY, () => void look())
  watchStates(world)
}

/** Nothing is given out that is not there (I1). */
async function overCapacity({ front, ledger }: CloudWorld): Promise<readonly string[]> {
  const providers = await front.container.get(tokens.global).read((tx) => ledger.providers(tx))
  return providers.flatMap(({ name, inventories }) =>
    Object.entries(inventories)
      .filter(([, inventory]) => inventory.used > capacityOf(inventory) || inventory.used < 0)
      .map(([resource, { used }]) => `${used} ${resource} of ${name} are in use, which are more than there are`),
  )
}

/** Nobody has more than he may (I8). */
async function overQuota({ admin }: CloudWorld): Promise<readonly string[]> {
  const usage = await admin.quotas.get('ours')
  return usage
    .filter(({ used, limit }) => used < 0 || (limit >= 0 && used > limit))
    .map(({ resource, used, limit }) => `${used} ${resource} are counted, and ${limit} are allowed`)
}

/** Where servers rest after each operation can follow from where they rested before (I14, I18). */
function watchStates(world: CloudWorld): void {
  const rested = new Map<string, VmState>()
  world.observers.add((_process, point, { kind, subject }, key) => {
    if (point !== 'after_commit' || (key !== 'done' && key !== 'failed') || kind === 'server.create') return
    void stateOf(world, subject).then((now) => {
      if (now === null) return
      const before = rested.get(subject) ?? 'building'
      if (!maySucceed(before, now)) world.violate(`${subject} was ${before} and is ${now} after ${kind}`)
      rested.set(subject, now)
    })
  })
}

async function stateOf({ front }: CloudWorld, server: string): Promise<VmState | null> {
  for (const { store } of front.container.get(tokens.cells).list()) {
    const row = await store.read(async (tx) => {
      const db = tx.db<{ instance: { id: string; vm_state: VmState } }>()
      return db.selectFrom('instance').select('vm_state').where('id', '=', server).executeTakeFirst()
    })
    if (row !== undefined) return row.vm_state
  }
  return null
}

/**
 * Deletion is final, and nothing is built a second time. All else may follow from something: actions come close upon each
 * other, and guests do things by themselves.
 */
export function maySucceed(before: VmState, after: VmState): boolean {
  if (before === 'deleted') return after === 'deleted'
  return after !== 'building' || before === 'building'
}
