import type { Brand } from './brand.ts'

/** UUID of a server (Nova: instance). The guest's domain uuid is the same. */
export type ServerId = Brand<string, 'ServerId'>
export type ProjectId = Brand<string, 'ProjectId'>
export type UserId = Brand<string, 'UserId'>
/** Nova's `flavorid`: free text chosen by the operator, or a UUID. */
export type FlavorId = Brand<string, 'FlavorId'>
export type ImageId = Brand<string, 'ImageId'>
export type ServerGroupId = Brand<string, 'ServerGroupId'>
export type AggregateId = Brand<string, 'AggregateId'>
export type CellId = Brand<string, 'CellId'>
/** Name of a compute host: one agent, one or more nodes. */
export type HostName = Brand<string, 'HostName'>
/** Name of a hypervisor node. One agent may speak for several. */
export type NodeName = Brand<string, 'NodeName'>
/** UUID of a resource provider; the root provider of a node is the node's identity. */
export type ProviderId = Brand<string, 'ProviderId'>
/** UUID of whoever holds an allocation: a server or a migration. */
export type ConsumerId = Brand<string, 'ConsumerId'>
export type OperationId = Brand<string, 'OperationId'>
export type MigrationId = Brand<string, 'MigrationId'>
export type VolumeId = Brand<string, 'VolumeId'>
export type NetworkId = Brand<string, 'NetworkId'>
export type PortId = Brand<string, 'PortId'>
/** `req-` and a UUID, as OpenStack services write it. */
export type RequestId = Brand<string, 'RequestId'>

/** Names a value as an id. Parsing happens at the doors; inside, an id is trusted. */
export function id<Kind extends Brand<string, string>>(value: string): Kind {
  return value as Kind
}

/** Nova's cell for servers that could not be placed; it has no hosts. */
export const CELL0: CellId = '00000000-0000-0000-0000-000000000000' as CellId
