import { isAtLeast, microversion, negotiate, versionText } from '@novakit/http-kit'
import { describe, expect, test } from 'vitest'

const range = {
  service: 'compute',
  min: microversion('2.1'),
  max: microversion('2.90'),
  legacyHeader: 'x-openstack-nova-api-version',
}

function asked(...pairs: readonly (readonly [name: string, value: string])[]): string {
  const answer = negotiate(range, new Headers(pairs.map(([name, value]): [string, string] => [name, value])))
  return answer.kind === 'agreed' ? versionText(answer.version) : `${answer.kind} ${answer.asked}`
}

const header = 'OpenStack-API-Version'

describe('negotiate', () => {
  test.each([
    ['nothing is the oldest', [], '2.1'],
    ['latest is the newest', [[header, 'compute latest']], '2.90'],
    ['a version is that one', [[header, 'compute 2.9']], '2.9'],
    ['numbers are numbers and no decimals', [[header, 'compute 2.10']], '2.10'],
    ['of several services the own one counts', [[header, 'placement 1.3, compute 2.4']], '2.4'],
    ['capitals make no difference', [[header, 'Compute LATEST']], '2.90'],
    ['the old header is read', [['X-OpenStack-Nova-API-Version', '2.5']], '2.5'],
    [
      'the new header wins',
      [
        ['X-OpenStack-Nova-API-Version', '2.5'],
        [header, 'compute 2.6'],
      ],
      '2.6',
    ],
    ['too old', [[header, 'compute 2.0']], 'unacceptable 2.0'],
    ['too new', [[header, 'compute 2.91']], 'unacceptable 2.91'],
    ['no number', [[header, 'compute two']], 'malformed two'],
    ['no version', [[header, 'compute']], 'malformed '],
    ['leading zeros', [[header, 'compute 2.01']], 'malformed 2.01'],
  ] as const)('%s', (_, pairs, expected) => {
    expect(asked(...pairs)).toBe(expected)
  })

  test('versions are compared by number', () => {
    expect(isAtLeast(microversion('2.10'), microversion('2.9'))).toBe(true)
    expect(isAtLeast(microversion('2.9'), microversion('2.10'))).toBe(false)
    expect(isAtLeast(microversion('3.0'), microversion('2.10'))).toBe(true)
    expect(() => microversion('2')).toThrow('MAJOR.MINOR')
  })
})
