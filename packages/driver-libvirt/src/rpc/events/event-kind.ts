import type { Codec, Fields, FieldsOut } from '../xdr/codec.ts'
import { struct } from '../xdr/compounds.ts'
import { int32 } from '../xdr/scalars.ts'
import { domain, network, nodeDevice, secret, storagePool } from '../wire/objects.ts'

/** What events are about: each kind of object has a pair of calls that turn them on and off. */
export const families = {
  domain: { register: 'connectDomainEventCallbackRegisterAny', subject: 'dom' },
  network: { register: 'connectNetworkEventRegisterAny', subject: 'net' },
  storagePool: { register: 'connectStoragePoolEventRegisterAny', subject: 'pool' },
  nodeDevice: { register: 'connectNodeDeviceEventRegisterAny', subject: 'dev' },
  secret: { register: 'connectSecretEventRegisterAny', subject: 'secret' },
} as const

export const deregisterOf = {
  domain: 'connectDomainEventCallbackDeregisterAny',
  network: 'connectNetworkEventDeregisterAny',
  storagePool: 'connectStoragePoolEventDeregisterAny',
  nodeDevice: 'connectNodeDeviceEventDeregisterAny',
  secret: 'connectSecretEventDeregisterAny',
} as const

export type Family = keyof typeof families

/** One kind of event. */
export interface EventKind<F extends Family = Family, Payload = unknown> {
  readonly family: F
  /** By which it is asked for. */
  readonly id: number
  /** Of the message that brings it. */
  readonly number: number
  readonly payload: Codec<Payload>
}

/** Every such message begins with the number of the registration that it answers. */
function kind<F extends Family, P extends Fields>(
  family: F,
  id: number,
  number: number,
  fields: P,
): EventKind<F, FieldsOut<P> & { readonly callbackId: number }> {
  const payload = struct({ callbackId: int32, ...fields })
  return { family, id, number, payload: payload as never }
}

export function domainEvent<const P extends Fields = {}>(id: number, number: number, fields: P = {} as P) {
  return kind('domain', id, number, { dom: domain, ...fields })
}

/** Some tell a reason that nobody fills before they name the domain. */
export function reasonedEvent(id: number, number: number) {
  return kind('domain', id, number, { reason: int32, dom: domain })
}

export function networkEvent<const P extends Fields>(id: number, number: number, fields: P) {
  return kind('network', id, number, { net: network, ...fields })
}

export function storagePoolEvent<const P extends Fields = {}>(id: number, number: number, fields: P = {} as P) {
  return kind('storagePool', id, number, { pool: storagePool, ...fields })
}

export function nodeDeviceEvent<const P extends Fields = {}>(id: number, number: number, fields: P = {} as P) {
  return kind('nodeDevice', id, number, { dev: nodeDevice, ...fields })
}

export function secretEvent<const P extends Fields = {}>(id: number, number: number, fields: P = {} as P) {
  return kind('secret', id, number, { secret, ...fields })
}
