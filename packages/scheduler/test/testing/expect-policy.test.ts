import { filterScheduler } from '@novakit/scheduler'
import { expectPolicy, flavor, frozen, host, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

const world = snapshot([host('a'), host('b', { enabled: false })])

describe('expectPolicy', () => {
  it('passes where the policy does what is expected', () => {
    expectPolicy({}, world).toPlace(request()).on('a').notOn('b').onEach('a').withAlternates()
    expectPolicy({}, world)
      .toRefuse(request({ servers: 20 }))
      .after(16)
      .at('Placement')
      .because('host.disabled')
  })

  it('takes a scheduler for a policy', () => {
    expectPolicy(filterScheduler(), world).toPlace(request()).on('a')
  })

  const wrong: readonly (readonly [string, () => unknown])[] = [
    ['another host', () => expectPolicy({}, world, { seed: 'x7' }).toPlace(request()).on('b')],
    ['a place, and there is none', () => expectPolicy({}, world, { seed: 'x7' }).toPlace(request({ servers: 99 }))],
    ['a refusal, and there is none', () => expectPolicy({}, world, { seed: 'x7' }).toRefuse(request())],
    [
      'another reason',
      () =>
        expectPolicy({}, world, { seed: 'x7' })
          .toRefuse(request({ servers: 99 }))
          .because('host.gone'),
    ],
    [
      'another stage',
      () =>
        expectPolicy({}, world, { seed: 'x7' })
          .toRefuse(request({ servers: 99 }))
          .at('X'),
    ],
    [
      'another number',
      () =>
        expectPolicy({}, world, { seed: 'x7' })
          .toRefuse(request({ servers: 99 }))
          .after(1),
    ],
    ['another alternate', () => expectPolicy({}, world, { seed: 'x7' }).toPlace(request()).withAlternates('b')],
    ['to miss the host', () => expectPolicy({}, world, { seed: 'x7' }).toPlace(request()).notOn('a')],
  ]

  it.each(wrong)('fails and shows the seed where a test expects %s', (_, test) => {
    expect(test).toThrow(/seed x7/)
  })

  it('shows what each filter did', () => {
    const asked = request({ flavor: flavor({ vcpus: 99 }) })
    expect(() => expectPolicy({}, world).toPlace(asked)).toThrow(/ComputeFilter: 2 → 1 {"host.disabled":1}/)
  })
})

describe('frozen', () => {
  it('refuses every change, in Maps and Sets too', () => {
    const subject = frozen(host('a', { traits: ['X'], servers: ['s'] })) as unknown as {
      host: string
      inventories: Map<string, { used: number }>
      traits: Set<string>
    }
    expect(() => (subject.host = 'b')).toThrow(TypeError)
    expect(() => subject.inventories.set('VCPU', { used: 0 })).toThrow(TypeError)
    expect(() => subject.inventories.delete('VCPU')).toThrow(TypeError)
    expect(() => subject.traits.add('Y')).toThrow(TypeError)
    expect(() => {
      const inventory = subject.inventories.get('VCPU')
      if (inventory !== undefined) inventory.used = 1
    }).toThrow(TypeError)
    expect(subject.inventories.get('VCPU')).toMatchObject({ used: 0 })
  })
})
