import { expect, test } from 'vitest'
import type { Image } from '../../src/domain/image/image.ts'
import { gib, instant, mib } from '../../src/domain/unit/units.ts'
import { id } from '../../src/domain/ids.ts'
import { snapshotOf } from '../../src/domain/server/snapshot.ts'

const base: Image = {
  id: id('base'),
  name: 'base',
  status: 'active',
  format: 'raw',
  owner: null,
  visibility: 'public',
  size: null,
  virtualSize: null,
  minDisk: gib(3),
  minMemory: mib(64),
  properties: {
    hw_disk_bus: 'virtio',
    os_distro: 'debian',
    user_id: 'somebody else',
    img_signature: 'abc',
    cinder_encryption_key_id: 'key',
    cache_in_nova: 'True',
    img_mappings: '[]',
    os_glance_import_task: 'task',
  },
  checksum: null,
  createdAt: instant(0),
}

test('an image of a server inherits what was said of its own, but for what is only of that one', () => {
  const made = snapshotOf({
    image: id('made'),
    name: 'made',
    type: 'snapshot',
    user: id('ann'),
    server: id('server'),
    project: id('ours'),
    base,
    disk: gib(10),
    more: { os_distro: 'mine' },
  })
  expect(made).toEqual({
    image: 'made',
    name: 'made',
    format: 'raw',
    minDisk: 10,
    minMemory: 64,
    properties: {
      hw_disk_bus: 'virtio',
      os_distro: 'mine',
      base_image_ref: 'base',
      image_location: 'snapshot',
      image_state: 'available',
      owner_id: 'ours',
      instance_uuid: 'server',
      user_id: 'ann',
      image_type: 'snapshot',
    },
  })
})
