import type { FixedIp } from '@novakit/core'

export interface NetworkTables {
  network: NetworkRow
  subnet: SubnetRow
  port: PortRow
  port_binding: BindingRow
  address: AddressRow
  server_fence: FenceRow
  plugged: PluggedRow
}

export interface NetworkRow {
  id: string
  name: string
  owner: string
  /** 1: every project may use it. */
  shared: number
  /** 1: hosts let its guests out under their own address. */
  nat: number
  mtu: number
  created_at: number
}

export interface SubnetRow {
  id: string
  network: string
  position: number
  cidr: string
  gateway: string | null
  mode: FixedIp['mode']
  /** JSON: addresses. */
  dns: string
  /** JSON: as in a fixed address. */
  routes: string
  pool_first: string
  pool_last: string
  /** Where the next free address is looked for: what was given back rests as long as possible. */
  next: string
}

export interface PortRow {
  id: string
  network: string
  project: string
  mac: string
  /** 1: for a server, with which it goes. 0: somebody brought it, and it outlives the server. */
  made: number
  server: string | null
  /** Of the server's ports. */
  position: number | null
  /** Whoever attaches again with the same key finds this port. */
  attach_key: string | null
  tag: string | null
  /** The highest at which traffic went to it: what is released below leaves it. */
  epoch: number
}

/** Of a port to a host. During a move there are two, and traffic goes to the one that is active. */
export interface BindingRow {
  port: string
  host: string
  epoch: number
  active: number
}

/** Canonical, so that one address is one text. */
export interface AddressRow {
  network: string
  address: string
  subnet: string
  port: string
}

/** Of a server, for as long as a late call may come: for ever. */
export interface FenceRow {
  server: string
  /** The highest epoch at which ports were given. */
  served: number
  released: number
}

/** What this machine has to have: a port is here before its bridge is made, and until its rules are gone. */
export interface PluggedRow {
  port: string
  bridge: string
  /** JSON: the NIC as it was plugged. */
  nic: string
}
