import type { FirstBootInput, FixedIp, StackedLink, TaggedDevice } from '@novakit/core/vocabulary'

/** A server in plain words: its id alone is enough, the rest has defaults. */
export interface DescribedServer {
  /** A UUID. */
  readonly server: string
  readonly name?: string
  /** Default: the name. */
  readonly hostname?: string
  readonly project?: string
  readonly user?: string
  readonly launchIndex?: number
  readonly reservation?: string
  /** Default `nova`, as Nova. */
  readonly zone?: string | null
  /** A flavor's name: guests are told no more of it. */
  readonly flavor?: string
  readonly image?: { readonly id: string; readonly properties?: Readonly<Record<string, string>> } | null
  readonly metadata?: Readonly<Record<string, string>>
  readonly keys?: readonly { readonly name: string; readonly type?: 'ssh' | 'x509'; readonly data: string }[]
  readonly userData?: string | Uint8Array | null
  readonly nics?: readonly DescribedNic[]
  readonly links?: readonly StackedLink[]
  readonly devices?: readonly TaggedDevice[]
  readonly files?: readonly { readonly path: string; readonly content: string | Uint8Array }[]
  readonly adminPassword?: string | null
  readonly randomSeed?: Uint8Array | null
  readonly vendorData?: Readonly<Record<string, unknown>> | null
  readonly securityGroups?: readonly string[]
  readonly dedicatedCpus?: readonly number[]
  readonly blockDeviceNames?: Readonly<Record<string, string>>
  readonly ec2?: FirstBootInput['ec2']
  readonly interfacesFile?: string
  /** What the files on the drive are dated. Default 1970, so that the same server makes the same drive. */
  readonly createdAt?: Date
}

export interface DescribedNic {
  readonly mac: string
  /** Default: an id that follows from the server's and the NIC's number. */
  readonly port?: string
  readonly network?: string
  readonly mtu?: number
  readonly fixedIps?: readonly DescribedIp[]
  readonly vifType?: string
  readonly device?: string
  readonly tag?: string | null
  readonly vlan?: number | null
  readonly trusted?: boolean
  readonly floatingIps?: readonly string[]
}

/** The version is seen from the address; it is `static` unless it says otherwise. */
export type DescribedIp = Pick<FixedIp, 'address' | 'prefix'> & Partial<Omit<FixedIp, 'address' | 'prefix' | 'version'>>
