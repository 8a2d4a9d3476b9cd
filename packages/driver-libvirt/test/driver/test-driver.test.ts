import { afterAll, describe, test } from 'vitest'
import { describeHypervisorDriver } from '@novakit/core/testing'
import { libvirtDriver } from '../../src/index.ts'
import { missingLibvirtd } from '../rpc/support/libvirtd.ts'
import { openStage } from './support/stage.ts'

if (missingLibvirtd === null) {
  const [here, there] = await Promise.all([openStage({ drivers: 'none' }), openStage({ drivers: 'none' })])
  afterAll(async () => {
    await here.close()
    await there.close()
  })
  const driver = (stage: typeof here) => libvirtDriver({ uri: stage.daemon.testUri, folder: stage.guests('g') })

  describeHypervisorDriver('libvirt, test:///default', {
    make: () => driver(here),
    peer: () => driver(there),
    devices: { image: () => here.image() },
    leftovers: async () => [...(await here.leftovers(here.guests('g'))), ...(await there.leftovers(there.guests('g')))],
  })
} else describe('libvirt, test:///default', () => test.skip(`(skipped: ${missingLibvirtd})`, () => undefined))
