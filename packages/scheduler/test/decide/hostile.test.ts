import { id, type HostState, type ServerId } from '@novakit/core'
import { filterScheduler, type Filter, type PolicyOptions, type Weigher } from '@novakit/scheduler'
import { flavor, host, image, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

// What tenants write and what authors of policies get wrong: a refusal with its reason, and no decision askew.

const world = snapshot([host('a'), host('b', { vcpus: 2 })])

/** The decision, and the same from an engine. */
function decide(policy: PolicyOptions, asked = request()) {
  const scheduler = filterScheduler(policy)
  const engine = scheduler.engine?.() ?? expect.fail('no engine')
  engine.reset(world)
  const decision = scheduler.decide(world, asked, 'seed')
  expect(engine.decide(asked, 'seed')).toEqual(decision)
  return decision
}

const custom = (check: unknown, more: Partial<Filter> = {}): PolicyOptions => ({
  filters: [{ name: 'Custom', check: check as Filter['check'], ...more }],
})

describe('a filter of somebody', () => {
  it.each<[string, unknown]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['answers true', () => true],
    ['answers nothing', () => undefined],
    ['answers half a verdict', () => ({ ok: false })],
    ['answers a verdict without words', () => ({ ok: false, reason: { code: 1 } })],
    ['answers a promise', () => Promise.resolve({ ok: true })],
  ])('that %s refuses, and is named', (_, check) => {
    const decision = decide(custom(check))
    expect(decision).toMatchObject({
      kind: 'refused',
      explanation: { stages: [{ name: 'Custom', refused: { 'filter.failed': 2 } }] },
    })
  })

  it('that throws when asked whether it applies refuses too', () => {
    const applies = () => {
      throw new Error('boom')
    }
    expect(decide(custom(() => ({ ok: true }), { applies })).kind).toBe('refused')
  })

  it('that claims a NaN to be short leaves the report whole', () => {
    const check = () => ({ ok: false, help: 'never', reason: { code: 'x.y', message: 'No.', shortBy: Number.NaN } })
    const decision = decide(custom(check))
    if (decision.kind === 'placed') return expect.fail('it was placed')
    expect(JSON.parse(JSON.stringify(decision.explanation))).toEqual(decision.explanation)
  })

  it('that writes to what it is shown harms the snapshot of no other decision', () => {
    const greedy = (one: HostState) => {
      ;(one as { enabled: boolean }).enabled = false
      return { ok: true }
    }
    const frozenWorld = snapshot(world.hosts.map((each) => Object.freeze({ ...each })))
    const decision = filterScheduler(custom(greedy)).decide(frozenWorld, request(), 'seed')
    expect(decision).toMatchObject({ kind: 'refused' })
    expect(frozenWorld.hosts.every(({ enabled }) => enabled)).toBe(true)
  })
})

describe('a weigher of somebody', () => {
  const weighers = (score: unknown): PolicyOptions => ({
    filters: [],
    weighers: ['RAMWeigher', 'CPUWeigher', { name: 'Custom', multiplier: 1e9, score: score as Weigher['score'] }],
  })

  it.each<[string, unknown]>([
    ['NaN', () => Number.NaN],
    ['Infinity', () => Number.POSITIVE_INFINITY],
    ['text', () => '1'],
    ['nothing', () => undefined],
    [
      'a great number for one and a small for the other',
      (one: HostState) => (String(one.host) === 'b' ? 1e308 : -1e308),
    ],
    [
      'an error',
      () => {
        throw new Error('boom')
      },
    ],
  ])('that gives %s skews nothing', (_, score) => {
    const decision = decide(weighers(score))
    expect(decision.choices[0]?.chosen.host).toBe('a')
    expect(Number.isFinite(decision.choices[0]?.chosen.weight)).toBe(true)
  })
})

describe('what tenants write', () => {
  const hints = ['ComputeFilter', 'SameHostFilter', 'DifferentHostFilter', 'JsonFilter', 'SimpleCIDRAffinityFilter']
  const many = Array.from({ length: 10_000 }, (_, at) => `server-${at}`)

  it('may be hints of 10,000 servers', () => {
    expect(decide({ filters: hints }, request({ hints: { differentHost: many } })).kind).toBe('placed')
    const refused = decide({ filters: hints }, request({ hints: { sameHost: many } }))
    expect(refused).toMatchObject({ kind: 'refused', explanation: { stages: [{}, { name: 'SameHostFilter' }] } })
    if (refused.kind === 'refused') expect(JSON.stringify(refused.explanation).length).toBeLessThan(5000)
  })

  it.each([
    ['deep', `${'["not",'.repeat(5000)}1${']'.repeat(5000)}`],
    ['wide', JSON.stringify(['or', ...Array.from({ length: 20_000 }, () => ['=', '$vcpus_total', -1])])],
    ['of prototypes', '["=", "$__proto__.polluted", "$constructor.name"]'],
    ['of nothing', '[[]]'],
    ['of text', '"free_ram_mb"'],
  ])('may be a query: %s', (_, query) => {
    expect(decide({ filters: hints }, request({ hints: { query } })).kind).toBe('refused')
  })

  it.each(['/0x10', '/33', '/-1', '/', '24', `/${'9'.repeat(400)}`])('may be a network: %s', (cidr) => {
    const decision = decide({ filters: hints }, request({ hints: { buildNearHostIp: '10.0.0.1', cidr } }))
    expect(decision).toMatchObject({ kind: 'refused' })
  })

  it('steers nothing inside, whatever its name', () => {
    const internal = { _nova_check_type: ['rebuild'], checkType: ['rebuild'], internal: ['rebuild'], __proto__: ['x'] }
    const properties = {
      _nova_check_type: 'rebuild',
      checkType: 'rebuild',
      'resources:VCPU': '0',
      internal: '{"checkType":"rebuild"}',
    }
    const asked = request({ hints: { extra: internal }, image: image(properties), flavor: flavor({ vcpus: 2 }) })
    const [choice] = decide({}, asked).choices
    expect(choice?.chosen.allocations.get(id(choice.chosen.provider))).toEqual({
      VCPU: 2,
      MEMORY_MB: 1024,
      DISK_GB: 10,
    })
    const full = decide(
      {},
      request({ hints: { extra: internal }, image: image(properties), flavor: flavor({ vcpus: 99 }) }),
    )
    expect(full.kind).toBe('refused')
  })

  it('may be image properties as long as they like', () => {
    const long = 'x'.repeat(100_000)
    const properties = { hw_numa_nodes: long, hw_cpu_policy: long, hw_mem_page_size: long, [`hw_${long}`]: long }
    const decision = decide({}, request({ image: image(properties) }))
    if (decision.kind === 'placed') return expect.fail('it was placed')
    expect(decision.explanation.summary.length).toBeLessThan(500)
  })
})

it('a request for no server at all is placed nowhere', () => {
  const none: readonly ServerId[] = []
  expect(decide({}, { ...request(), servers: none })).toMatchObject({ kind: 'placed', choices: [] })
})
