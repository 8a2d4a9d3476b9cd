import type { Nic } from '@novakit/core'
import type { PluggedNic } from './plugged-nic.ts'
import { tables, type Records } from '../../records/records.ts'

export async function remember(records: Records, nics: readonly PluggedNic[]): Promise<void> {
  await records.write(async (tx) => {
    for (const nic of nics) {
      const { port, bridge } = nic
      const text = JSON.stringify(nic, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
      await tables(tx)
        .insertInto('plugged')
        .values({ port, bridge, nic: text })
        .onConflict((conflict) => conflict.column('port').doUpdateSet({ bridge, nic: text }))
        .execute()
    }
  })
}

export async function forget(records: Records, { port }: PluggedNic): Promise<void> {
  await records.write((tx) => tables(tx).deleteFrom('plugged').where('port', '=', port).execute())
}

/**
 * Ports of guests that nobody unplugged, whose address has been given to another since: two of one address would keep
 * DHCP from all.
 */
export async function supersededBy(records: Records, wanted: readonly PluggedNic[]): Promise<readonly PluggedNic[]> {
  const ports = new Set(wanted.map(({ port }) => port))
  const keyOf = ({ bridge }: PluggedNic, { address }: { readonly address: string }): string => `${bridge} ${address}`
  const taken = new Set(wanted.flatMap((nic) => nic.addresses.map((one) => keyOf(nic, one))))
  const there = await pluggedOn(records, null)
  return there.filter((nic) => !ports.has(nic.port) && nic.addresses.some((one) => taken.has(keyOf(nic, one))))
}

export async function pluggedOn(records: Records, bridge: string | null): Promise<readonly PluggedNic[]> {
  const rows = await records.read((tx) => {
    const all = tables(tx).selectFrom('plugged').select('nic').orderBy('port')
    return (bridge === null ? all : all.where('bridge', '=', bridge)).execute()
  })
  return rows.map(({ nic }) => nicFrom(nic))
}

export async function pluggedAmong(records: Records, nics: readonly Nic[]): Promise<readonly PluggedNic[]> {
  const ports = nics.map(({ port }) => port as string)
  const rows = await records.read((tx) =>
    tables(tx).selectFrom('plugged').select('nic').where('port', 'in', ports).execute(),
  )
  return rows.map(({ nic }) => nicFrom(nic))
}

function nicFrom(text: string): PluggedNic {
  return JSON.parse(text, (key, value: unknown) => (key === 'value' ? BigInt(value as string) : value)) as PluggedNic
}
