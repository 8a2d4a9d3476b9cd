// The door of @novakit/driver-libvirt: so far libvirt's XML, and the contract that the driver is to fulfil.

export type { HypervisorDriver, HypervisorEnvironment, HypervisorFacets, HypervisorHost } from '@novakit/core'
export * from './xml/index.ts'
export * from './design/index.ts'
