import { describeSaga, sagaTables } from '@novakit/core/testing'
import { expect, test } from 'vitest'
import { sagaSuite } from '../support/saga-suite.ts'

for (const what of ['an active server is deleted', 'a server in error is deleted'] as const) {
  describeSaga(`server.delete when ${what}`, sagaSuite('server.delete', what))
}

const early = 'a server is deleted before anybody has begun to build it'
describeSaga(`server.cancel when ${early}`, sagaSuite('server.cancel', early))

test('every saga there is has its step tests', () => {
  const tested = ['server.build', 'server.create', 'server.delete', 'server.cancel']
  expect(
    sagaTables()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(tested.toSorted())
})
