import type { Json } from '@novakit/core/vocabulary'

/** What the documents say beyond what is known of the server itself. */
export interface DocumentOptions {
  /** Put after every host name (Nova: `dhcp_domain`); '' for none. Default `novalocal`, as Nova. */
  readonly domain?: string
  /** Every address of a NIC. Default false, as Nova: the first of each IP version. */
  readonly everyAddress?: boolean
  /** What the operator tells every guest; a server's own `vendorData` wins over it. */
  readonly vendorData?: Readonly<Record<string, unknown>>
  /** What services said of this server, by their names: the rest of vendor_data2.json. */
  readonly dynamicVendorData?: Readonly<Record<string, Json>>
  /** Where the guest was asked from: its `local-ipv4` where no NIC has an address. */
  readonly address?: string | null
}

export function fullHostname(hostname: string, { domain = 'novalocal' }: DocumentOptions): string {
  return domain === '' ? hostname : `${hostname}.${domain}`
}
