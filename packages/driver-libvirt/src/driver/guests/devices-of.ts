import { xmlFlag } from '../../rpc/index.ts'
import { domainXml, type DomainDescription } from '../../xml/index.ts'
import type { Station } from '../station.ts'
import type { FoundGuest } from './find-guest.ts'

type Parts = Pick<Station, 'client'>
type Dom = FoundGuest['dom']
type Devices = NonNullable<DomainDescription['devices']>

/** A disk of a guest by what names it. */
export interface PluggedDisk {
  /** `vda` */
  readonly dev: string
  readonly serial: string | null
  /** The path of its file or device; null for what is behind a network. */
  readonly source: string | null
  readonly description: NonNullable<Devices['disks']>[number]
}

export type PluggedInterface = NonNullable<Devices['interfaces']>[number]

/** `running` is what a guest has now, `defined` what it will have when it starts. */
export type Side = 'running' | 'defined'

export async function descriptionOf({ client }: Parts, dom: Dom, side: Side): Promise<DomainDescription> {
  const flags = side === 'defined' ? xmlFlag.inactive | xmlFlag.secure : xmlFlag.secure
  return domainXml.parse(await client.domainGetXmlDesc({ dom, flags }))
}

export function disksIn({ devices }: DomainDescription): readonly PluggedDisk[] {
  return (devices?.disks ?? []).map((description) => ({
    dev: description.target.dev,
    serial: description.serial ?? null,
    source: typeof description.source === 'string' ? description.source : null,
    description,
  }))
}

export async function diskOf(
  parts: Parts,
  dom: Dom,
  wanted: (disk: PluggedDisk) => boolean,
  side: Side = 'running',
): Promise<PluggedDisk | null> {
  return disksIn(await descriptionOf(parts, dom, side)).find(wanted) ?? null
}
