import { afterAll, describe, test, vi } from 'vitest'
import { id, mib, millis, seconds, systemIds, type ImageId, type LocalImage, type SpawnOrder } from '@novakit/core'
import { describeHypervisorDriver } from '@novakit/core/testing'
import { libvirtDriver } from '../../src/index.ts'
import { missingPrograms } from '../../../../tools/programs.ts'
import { tinyGuestDisk } from '../../../../tools/guests/tiny-guest.ts'
import { missingLibvirtd } from '../rpc/support/libvirtd.ts'
import { openStage, pluggedNic } from './support/stage.ts'

const missing = missingLibvirtd ?? (await missingPrograms('guests disk'))

// A guest lets go of a device once it has booted, which takes long where the machine has much to do.
vi.setConfig({ testTimeout: 180_000 })

if (missing === null) {
  const [here, there] = await Promise.all([openStage({ drivers: 'all' }), openStage({ drivers: 'all' })])
  const disk = await tinyGuestDisk(['guest.stay'])
  const image: LocalImage = { image: id<ImageId>(systemIds.uuid()), path: disk, format: 'raw' }
  afterAll(async () => {
    await here.close()
    await there.close()
  })
  const driver = (stage: typeof here) =>
    libvirtDriver({
      uri: stage.daemon.qemuUri,
      folder: stage.guests('g'),
      virtType: 'qemu',
      guestAgent: false,
      shutdownTimeout: millis(1000),
      migration: { uri: stage.daemon.qemuUri, address: '127.0.0.1', tls: false },
    })

  describeHypervisorDriver('libvirt, real QEMU', {
    make: () => driver(here),
    peer: () => driver(there),
    order: (order: SpawnOrder) => ({
      ...order,
      flavor: { ...order.flavor, memory: mib(128) },
      disks: order.disks.map((each) => (each.role === 'root' ? { ...each, backing: image } : each)),
    }),
    devices: { image: () => here.image(), volume: () => here.volume(), nic: pluggedNic },
    leftovers: async () => [...(await here.leftovers(here.guests('g'))), ...(await there.leftovers(there.guests('g')))],
    patience: seconds(60),
  })
} else describe('libvirt, real QEMU', () => test.skip(`(skipped: ${missing})`, () => undefined))
