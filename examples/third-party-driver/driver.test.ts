import { describeHypervisorDriver } from '@novakit/core/testing'
import { mib } from '@novakit/core'
import { toyDriver } from './driver.ts'

describeHypervisorDriver('toy', {
  make: () => toyDriver({ vcpus: 8, memory: mib(16_384) }),
  peer: (driver) => driver,
})
