import { describeSaga, sagaTables } from '@novakit/core/testing'
import { expect, test } from 'vitest'
import { testedActions, testedMoves } from '../support/action-scenarios.ts'
import { testedDevices } from '../support/device-scenarios.ts'
import { testedResizeSagas } from '../support/resize-scenarios.ts'
import { sagaSuite } from '../support/saga-suite.ts'

const active = 'an active server is deleted'
describeSaga(`server.delete when ${active}`, sagaSuite('server.delete', active))

/** On no host there is less to go wrong. */
const broken = 'a server in error is deleted'
const without = ['commits', 'copies', 'dependencies'] as const
describeSaga(`server.delete when ${broken}`, { ...sagaSuite('server.delete', broken), without })

const early = 'a server is deleted before anybody has begun to build it'
describeSaga(`server.cancel when ${early}`, sagaSuite('server.cancel', early))

test('every saga there is has its step tests', () => {
  const others = [...testedActions, ...testedMoves, ...testedDevices, ...testedResizeSagas, 'host.recover']
  const tested = ['server.build', 'server.create', 'server.delete', 'server.cancel', ...others]
  expect(
    sagaTables()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(tested.toSorted())
})
