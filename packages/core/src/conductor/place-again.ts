import type { AtCell } from './deps.ts'
import type { BuildRequest, Place } from '../storage/global/build-requests.ts'
import type { Failed, Parked, Retry, StepContext } from '../saga/index.ts'
import type { GlobalTx } from '../ports/storage.ts'
import type { HostName, OperationId } from '../domain/ids.ts'
import type { Json } from '../domain/json.ts'
import { crossOnce, failed, retry } from '../saga/index.ts'
import { decideFor } from './create/decide.ts'
import { hasCode } from '../domain/error.ts'
import { later, millis } from '../domain/unit/units.ts'
import { noValidHost } from './create/no-valid-host.ts'
import { placeOf } from '../storage/global/build-requests.ts'

/** What is asked of the scheduler for a server that is there already. */
export interface Wish<Held> {
  /** The step under whose name the claim crosses to the global store. */
  readonly step: string
  readonly wanted: BuildRequest
  readonly ignored: readonly HostName[]
  /** What is held then, as JSON. @throws `operation.again` where there is no room any more; nothing was claimed then */
  claim(tx: GlobalTx, place: Place): Promise<Held>
}

/** Chooses one host in the cell for a server that is there already, and claims it; or what the step answers instead. */
export async function placeAgain<Held>(
  at: AtCell,
  { operation, now }: Pick<StepContext<unknown>, 'operation' | 'now'>,
  wish: Wish<Held>,
): Promise<{ readonly kind: 'placed'; readonly held: Held } | Parked<'cell'> | Retry | Failed> {
  const { deps, cell } = at
  const occasion = { key: operation.id, seed: `${operation.id}/${operation.tries}`, cell }
  const decision = await decideFor(deps, [wish.wanted], wish.ignored, occasion)
  if (decision.kind === 'refused') {
    if (deps.view.uncertain()) return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    return failed(noValidHost(decision))
  }
  const [choice] = decision.choices
  if (choice === undefined) throw new RangeError('a server was placed nowhere')
  const held = await claimOnce(at, wish, placeOf(choice.chosen), operation.id)
  return held === null ? retry(millis(50)) : { kind: 'placed', held }
}

/** @returns null where somebody else has what was decided on */
async function claimOnce<Held>(
  { deps }: AtCell,
  { step, wanted, claim }: Wish<Held>,
  place: Place,
  operation: OperationId,
): Promise<Held | null> {
  try {
    const held = await deps.global.write((tx) =>
      crossOnce(tx, operation, step, async () => (await claim(tx, place)) as Json),
    )
    deps.holds.claimed(operation)
    return held as Held
  } catch (error) {
    deps.holds.drop(operation)
    if (!hasCode(error, 'operation.again')) throw error
    deps.view.invalidate()
    if (wanted.blueprint.group !== null) deps.groups.forget(wanted.blueprint.group)
    return null
  }
}
