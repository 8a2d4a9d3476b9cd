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

export async function forget(records: Records, nics: readonly PluggedNic[]): Promise<void> {
  const ports = nics.map(({ port }) => port)
  await records.write((tx) => tables(tx).deleteFrom('plugged').where('port', 'in', ports).execute())
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
