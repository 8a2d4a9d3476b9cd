import { xmlDocument } from './base/document.ts'
import { disk } from './domain/disk.ts'
import { networkInterface } from './domain/interface.ts'
import { hostdev } from './domain/small-devices.ts'

// One device by itself, as attach, detach and update take it.

export const diskXml = xmlDocument('disk', disk)
export const interfaceXml = xmlDocument('interface', networkInterface)
export const hostdevXml = xmlDocument('hostdev', hostdev)

export type DiskDescription = ReturnType<typeof diskXml.parse>
export type InterfaceDescription = ReturnType<typeof interfaceXml.parse>
export type HostdevDescription = ReturnType<typeof hostdevXml.parse>
