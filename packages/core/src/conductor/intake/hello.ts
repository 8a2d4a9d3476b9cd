import type { CellTx } from '../../ports/storage.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { Guest } from '../../ports/hypervisor.ts'
import type { GuestVerdict, Hello, Welcome } from '../../rpc/conductor.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Intake } from './deps.ts'
import type { OpenResize } from '../../storage/cell/open-resizes.ts'
import type { SpineTables } from '../../saga/index.ts'
import { burials } from './tombstones.ts'
import { correctPower } from './correct-power.ts'
import { ownersOf, type Owner, type Owners } from './owners.ts'
import { cellOfHost, nodesOfHost } from '../../storage/global/hosts.ts'
import { declareQuietly } from './declare-nodes.ts'
import { arrivesAt } from '../resize/standing.ts'
import { openResizesOf } from '../../storage/cell/open-resizes.ts'
import { tombstonesOn } from '../../storage/cell/tombstones.ts'
import { welcomeHost } from '../../storage/cell/hosts.ts'

/** An agent has started: it learns what it still has to do, and what is to become of the guests that it found. */
export async function takeHello(intake: Intake, hello: Hello): Promise<Welcome> {
  const { deps, cell } = intake
  const { host, guests, nodes } = hello
  const { version, declared, welcome } = await deps.cells.get(cell).write(async (tx) => {
    const greeted = await welcomeHost(tx, hello)
    const open = [...(await openCommands(tx, host)), ...(await burials(tx, host))]
    const owners = await ownersOf(tx, guests)
    await correctPower(tx, host, guests, (guest) => owners.get(guest.server))
    return { ...greeted, welcome: { open, guests: await verdicts(tx, host, guests, owners) } }
  })
  // An agent that starts anew has seldom anything new to declare.
  if (declared && (await isHeld(intake, hello))) deps.view.invalidate()
  // What its nodes are may be refused; its work goes on all the same.
  else await declareQuietly(intake, host, { nodes, version })
  return welcome
}

/** Whether the global store knows all that the cell says was declared: one of them may have been put back to an older state. */
function isHeld({ deps, cell }: Intake, { host, nodes }: Hello): Promise<boolean> {
  return deps.global.read(async (tx) => {
    if ((await cellOfHost(tx, host)) !== cell) return false
    const roots = nodes.map(({ root }) => root)
    const known = new Set((await nodesOfHost(tx, host)).map(({ provider }) => provider))
    if (known.size !== roots.length || roots.some((root) => !known.has(root))) return false
    return (await deps.ledger.providers(tx, roots)).length === roots.length
  })
}

/** Commands of this host that nobody has answered. */
async function openCommands(tx: CellTx, host: HostName): Promise<readonly Command[]> {
  const rows = await tx
    .db<SpineTables>()
    .selectFrom('operation')
    .select('waiting_command')
    .where('waiting_host', '=', host)
    .where('live', '=', 1)
    .execute()
  return rows.flatMap((row) => (row.waiting_command === null ? [] : [JSON.parse(row.waiting_command) as Command]))
}

async function verdicts(
  tx: CellTx,
  host: HostName,
  guests: readonly Guest[],
  owners: Owners,
): Promise<readonly GuestVerdict[]> {
  if (guests.length === 0) return []
  const buried = await tombstonesOn(tx, host)
  const verdictFor = (guest: Guest): GuestVerdict['verdict'] =>
    verdictOn(guest, host, owners.get(guest.server), buried.get(guest.server))
  const strangers = guests.filter((guest) => verdictFor(guest) !== 'keep').map(({ server }) => server)
  const resizes = await openResizesOf(tx, strangers)
  return guests.map((guest) => {
    const { server, epoch } = guest
    const moves = owners.get(server)?.deleted_at === null && isSideOf(resizes.get(server), host, epoch)
    return { server, verdict: moves ? 'keep' : verdictFor(guest), epoch }
  })
}

/** What a resize has left behind, and what has arrived of it: until it is over that is its own business. */
function isSideOf(resize: OpenResize | undefined, host: HostName, guest: number): boolean {
  if (resize === undefined) return false
  const { source, destination, epoch } = resize
  return (host === source.host && guest === epoch) || (host === destination?.host && guest === arrivesAt(epoch))
}

/** Destroying needs proof: a deleted server, a newer epoch, or a tombstone. What cannot be explained is left alone. */
export function verdictOn(
  guest: Guest,
  host: HostName,
  owner: Pick<Owner, 'host' | 'epoch' | 'deleted_at'> | undefined,
  buriedEpoch: number | undefined,
): GuestVerdict['verdict'] {
  if (buriedEpoch !== undefined && buriedEpoch >= guest.epoch) return 'destroy'
  if (owner === undefined) return 'quarantine'
  if (owner.deleted_at !== null) return 'destroy'
  if (owner.epoch > guest.epoch) return 'destroy'
  return owner.epoch === guest.epoch && owner.host === host ? 'keep' : 'quarantine'
}
