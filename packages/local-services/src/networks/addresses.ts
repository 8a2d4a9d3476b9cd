import { networkErrors, type GlobalTx } from '@novakit/core'
import { contains, eui64, formatIp, parseCidr, parseIp, sizeOf, type Cidr } from './ip.ts'
import { tables } from '../records/records.ts'
import type { PortRow, SubnetRow } from './tables.ts'

/** Looked for at once. */
const BATCH = 64

export async function subnetsOf(tx: GlobalTx, network: string): Promise<readonly SubnetRow[]> {
  return tables(tx).selectFrom('subnet').selectAll().where('network', '=', network).orderBy('position').execute()
}

/**
 * Gives a port its addresses: the one that is wanted, or one of each kind, as Neutron does. A network's addresses are a
 * key, so that none is ever given twice.
 * @throws `network.no_addresses`, `network.in_use`, `network.invalid`
 */
export async function takeAddresses(tx: GlobalTx, port: PortRow, wanted: string | null): Promise<void> {
  const subnets = await subnetsOf(tx, port.network)
  if (wanted !== null) return takeWanted(tx, port, subnets, wanted)
  for (const version of [4, 6] as const) {
    const ofKind = subnets.filter((subnet) => blockOf(subnet).version === version)
    if (ofKind.length > 0 && !(await takeFirst(tx, port, ofKind))) {
      throw networkErrors.no_addresses({ network: port.network })
    }
  }
}

async function takeWanted(tx: GlobalTx, port: PortRow, subnets: readonly SubnetRow[], wanted: string): Promise<void> {
  const ip = parseIp(wanted)
  const subnet = ip === null ? undefined : subnets.find((one) => contains(blockOf(one), ip))
  if (ip === null || subnet === undefined)
    throw networkErrors.invalid({ what: 'the address is in no subnet of its network.' })
  if (!isForGuests(subnet, ip.value)) throw networkErrors.invalid({ what: 'the address is not one for guests.' })
  if (!(await take(tx, port, subnet, formatIp(ip))))
    throw networkErrors.in_use({ what: 'the address belongs to another port.' })
}

async function takeFirst(tx: GlobalTx, port: PortRow, subnets: readonly SubnetRow[]): Promise<boolean> {
  for (const subnet of subnets) {
    const address = isOwnChoice(subnet) ? formatIp(eui64(blockOf(subnet), port.mac)) : await nextFree(tx, subnet)
    if (address !== null && (await take(tx, port, subnet, address))) return true
  }
  return false
}

/** Guests make such addresses out of their hardware address. */
function isOwnChoice({ mode }: SubnetRow): boolean {
  return mode === 'slaac' || mode === 'dhcpv6-stateless'
}

async function take(
  tx: GlobalTx,
  { network, id: port }: PortRow,
  { id: subnet }: SubnetRow,
  address: string,
): Promise<boolean> {
  const taken = await tables(tx)
    .selectFrom('address')
    .select('port')
    .where('network', '=', network)
    .where('address', '=', address)
    .executeTakeFirst()
  if (taken !== undefined) return false
  await tables(tx).insertInto('address').values({ network, address, subnet, port }).execute()
  return true
}

/** From where the last one was found, round the pool: what was given back rests as long as possible. */
async function nextFree(tx: GlobalTx, subnet: SubnetRow): Promise<string | null> {
  const { version } = blockOf(subnet)
  const [first, last, next] = [BigInt(subnet.pool_first), BigInt(subnet.pool_last), BigInt(subnet.next)]
  const size = last - first + 1n
  const used = await countOf(tx, subnet.id)
  // Besides those in use there are at most the gateway and what was asked for outside of the pool.
  for (let tried = 0n; tried < size && tried <= BigInt(used) + BigInt(BATCH); tried += BigInt(BATCH)) {
    const values = Array.from({ length: BATCH }, (_, at) => tried + BigInt(at))
      .filter((step) => step < size)
      .map((step) => first + ((next - first + step) % size))
      .filter((value) => isForGuests(subnet, value))
    const texts = values.map((value) => formatIp({ version, value }))
    const rows = await tables(tx)
      .selectFrom('address')
      .select('address')
      .where('network', '=', subnet.network)
      .where('address', 'in', texts)
      .execute()
    const taken = new Set(rows.map(({ address }) => address))
    const at = texts.findIndex((text) => !taken.has(text))
    const [value, text] = [values[at], texts[at]]
    if (value === undefined || text === undefined) continue
    const after = value === last ? first : value + 1n
    await tables(tx)
      .updateTable('subnet')
      .set({ next: String(after) })
      .where('id', '=', subnet.id)
      .execute()
    return text
  }
  return null
}

async function countOf(tx: GlobalTx, subnet: string): Promise<number> {
  const { count } = await tables(tx)
    .selectFrom('address')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('subnet', '=', subnet)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** How many servers could still have one. */
export async function freeIn(tx: GlobalTx, subnet: SubnetRow): Promise<number> {
  const size = BigInt(subnet.pool_last) - BigInt(subnet.pool_first) + 1n
  const gateway = subnet.gateway === null ? null : parseIp(subnet.gateway)
  const reserved =
    gateway !== null && gateway.value >= BigInt(subnet.pool_first) && gateway.value <= BigInt(subnet.pool_last) ? 1 : 0
  return isOwnChoice(subnet) ? Number.MAX_SAFE_INTEGER : Number(size) - reserved - (await countOf(tx, subnet.id))
}

function isForGuests(subnet: SubnetRow, value: bigint): boolean {
  const block = blockOf(subnet)
  if (subnet.gateway !== null && parseIp(subnet.gateway)?.value === value) return false
  if (value === block.value) return false
  return block.version === 6 || value !== block.value + sizeOf(block) - 1n
}

function blockOf({ cidr }: SubnetRow): Cidr {
  const block = parseCidr(cidr)
  if (block === null) throw new TypeError(`${cidr} is no block of addresses`)
  return block
}
