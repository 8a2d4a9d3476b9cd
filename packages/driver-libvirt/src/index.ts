// The door of @novakit/driver-libvirt: for now, the contract that it is to fulfil.

export type { HypervisorDriver, HypervisorEnvironment, HypervisorFacets, HypervisorHost } from '@novakit/core'
