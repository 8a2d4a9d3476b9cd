import { describeSaga } from '@novakit/core/testing'
import { deviceSuite, testedDevices } from '../support/device-scenarios.ts'

for (const kind of testedDevices) describeSaga(kind, deviceSuite(kind))
