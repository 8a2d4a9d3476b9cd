// The door of @novakit/driver-libvirt: the driver, and the pure rooms that it is built on.

export { libvirtDriver } from './driver/libvirt-driver.ts'
export { hypervisorErrors } from './driver/errors.ts'
export type { LibvirtDriverOptions, MigrationOptions } from './driver/options.ts'
export * from './xml/index.ts'
export * from './design/index.ts'
