import { xmlDocument } from './base/document.ts'
import { attribute, child, leaf, list, mark, record, type ValueOf } from './base/fields.ts'
import { integer, string, word } from './base/scalars.ts'
import { byteCount } from './base/sizes.ts'

const permissions = child(
  'permissions',
  record({
    /** Octal, as `0600`. */
    mode: leaf('mode', string).maybe,
    owner: leaf('owner', integer).maybe,
    group: leaf('group', integer).maybe,
  }),
).maybe

const pool = {
  type: attribute('type', word('dir', 'fs', 'netfs', 'logical', 'disk', 'iscsi', 'rbd', 'zfs')),
  name: leaf('name', string),
  uuid: leaf('uuid', string).maybe,
  /** Bytes; said by libvirt alone. */
  capacity: byteCount('capacity').maybe,
  allocation: byteCount('allocation').maybe,
  available: byteCount('available').maybe,
  source: child(
    'source',
    record({
      hosts: list('host', record({ name: attribute('name', string), port: attribute('port', integer).maybe })),
      devices: list('device', attribute('path', string)),
      directory: mark('dir', 'path', string).maybe,
      name: leaf('name', string).maybe,
      format: mark('format', 'type', string).maybe,
    }),
  ).maybe,
  target: child('target', record({ path: leaf('path', string).maybe, permissions })).maybe,
}

const volume = {
  type: attribute('type', word('file', 'block', 'dir', 'network', 'netdir', 'ploop')).maybe,
  name: leaf('name', string),
  key: leaf('key', string).maybe,
  /** Bytes. */
  capacity: byteCount('capacity'),
  allocation: byteCount('allocation').maybe,
  physical: byteCount('physical').maybe,
  target: child(
    'target',
    record({
      path: leaf('path', string).maybe,
      format: mark('format', 'type', string).maybe,
      permissions,
      compat: leaf('compat', string).maybe,
    }),
  ).maybe,
  backingStore: child('backingStore', record({ path: leaf('path', string), format: mark('format', 'type', string) }))
    .maybe,
}

export type StoragePoolDescription = ValueOf<typeof pool>
export type StorageVolumeDescription = ValueOf<typeof volume>

export const storagePoolXml = xmlDocument<StoragePoolDescription>('pool', record(pool))
export const storageVolumeXml = xmlDocument<StorageVolumeDescription>('volume', record(volume))
