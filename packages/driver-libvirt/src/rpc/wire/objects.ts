import type { InOf, OutOf } from '../xdr/codec.ts'
import { struct, withDefault } from '../xdr/compounds.ts'
import { int32, text, uuid } from '../xdr/scalars.ts'

// How objects of libvirt are named in calls and answers. The daemon finds most of them by UUID alone, so a caller who
// knows no more may leave the name out.

const name = withDefault(text, '')

/** `id` is the number of a running guest, -1 of one that is not. */
export const domain = struct({ name, uuid, id: withDefault(int32, -1) })
export const network = struct({ name, uuid })
export const networkPort = struct({ net: network, uuid })
export const nwfilter = struct({ name, uuid })
export const nwfilterBinding = struct({ portDev: text, filterName: name })
/** Pools are found by UUID. */
export const storagePool = struct({ name, uuid })
/** Volumes are found by the names of pool and volume. */
export const storageVol = struct({ pool: text, name: text, key: withDefault(text, '') })
export const nodeDevice = struct({ name: text })
export const secret = struct({ uuid, usageType: withDefault(int32, 0), usageId: withDefault(text, '') })
export const snapshot = struct({ name: text, dom: domain })
export const checkpoint = struct({ name: text, dom: domain })

export type Domain = OutOf<typeof domain>
/** What names a domain in a call: its UUID at least. */
export type DomainRef = InOf<typeof domain>
export type Network = OutOf<typeof network>
export type Nwfilter = OutOf<typeof nwfilter>
export type StoragePool = OutOf<typeof storagePool>
export type StorageVol = OutOf<typeof storageVol>
export type NodeDevice = OutOf<typeof nodeDevice>
export type Secret = OutOf<typeof secret>
export type Snapshot = OutOf<typeof snapshot>
