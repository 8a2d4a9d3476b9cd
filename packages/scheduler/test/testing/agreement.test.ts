import { no, yes } from '@novakit/core'
import { flavor, host, request } from '@novakit/scheduler/testing'
import { expect, it } from 'vitest'
import { expectAgreement } from '../../src/testing/agreement.ts'

const large = no({ code: 'host.large', message: 'The server is too large for the host.' })
const small = {
  name: 'Small',
  check: (_: unknown, { flavor: { vcpus } }: ReturnType<typeof request>) => (vcpus < 2 ? yes : large),
}
const questions = [1, 2].map((vcpus) => ({ host: host('a'), request: request({ flavor: flavor({ vcpus }) }) }))

it('agreement holds for a filter that says what it reads, and for one that says nothing', () => {
  expectAgreement({ filters: [{ ...small, reads: ({ flavor: { vcpus } }) => vcpus }], weighers: [] }, questions)
  expectAgreement({ filters: [small], weighers: [] }, questions)
})

it('a filter that reads more than it says is found out', () => {
  // Of requests that ask the same of Placement, so that nothing else tells them apart.
  const alike = questions.map((each) => ({ ...each, request: { ...each.request, resources: request().resources } }))
  const lying = { ...small, reads: () => null }
  expect(() => expectAgreement({ filters: [lying], weighers: [] }, alike)).toThrow(
    'does `reads` name all that is read?',
  )
})
