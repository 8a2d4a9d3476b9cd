import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PolicyTarget } from '../../src/ports/policy.ts'
import { authorize } from '../../src/api/authorize.ts'
import { caller } from './stand.ts'
import { defaultPolicy } from '../../src/api/policy/default-policy.ts'
import { moves } from '../../src/domain/server/moves.ts'
import { rules } from '../../src/api/policy/rules.ts'

const ROLES = ['admin', 'manager', 'member', 'reader', 'service', 'none'] as const
const own: PolicyTarget = { project: 'ours', user: 'ann' }

/** What is done to things of the caller, of another user of the project, and of another project. */
const TARGETS: readonly (readonly [string, PolicyTarget])[] = [
  ['own', own],
  ['project', { project: 'ours', user: 'eve' }],
  ['all', { project: 'theirs', user: 'bob' }],
]

/** The farthest that a role reaches with a rule, or `-`. */
function reach(rule: string, role: string): string {
  const who = caller(role === 'none' ? [] : [role])
  const reached = TARGETS.filter(([, target]) => defaultPolicy().allows(rule, who, target))
  return reached.at(-1)?.[0] ?? '-'
}

function table(): string {
  const width = Math.max(...Object.keys(rules).map((rule) => rule.length)) + 2
  const row = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padEnd(9)).join('')}`.trimEnd()
  const lines = Object.keys(rules).map((rule) =>
    row(
      rule,
      ROLES.map((role) => reach(rule, role)),
    ),
  )
  return [
    '# Whom the default policy lets do what, and how far: to what is their own, to all in their project, to all.',
    row('', ROLES),
    ...lines,
    '',
  ].join('\n')
}

describe('policy: the default table', () => {
  it('is the one that was reviewed', async () => {
    await expect(table()).toMatchFileSnapshot('policy.golden.txt')
  })

  it('has a rule for every action of a server', () => {
    for (const action of Object.keys(moves)) expect(rules).toHaveProperty([`servers:${action}`])
  })

  it('has every rule that a verb asks for, and none that no verb asks for', async () => {
    const asked = new Set<string>()
    for await (const file of glob(path.join(import.meta.dirname, '../../src/api/**/*.ts'))) {
      if (file.endsWith('rules.ts')) continue
      for (const [, rule = ''] of (await readFile(file, 'utf8')).matchAll(/'([a-z_]+:[A-Za-z_:]+)'/g))
        if (!rule.startsWith('node:')) asked.add(rule)
    }
    const actions = new Set(Object.keys(moves).map((action) => `servers:${action}`))
    expect([...asked].filter((rule) => !(rule in rules))).toEqual([])
    expect(Object.keys(rules).filter((rule) => !asked.has(rule) && !actions.has(rule))).toEqual([])
  })

  it('gives a role what the roles below it have', () => {
    const chain = ['none', 'reader', 'member', 'manager', 'admin']
    const order = ['-', 'own', 'project', 'all']
    for (const rule of Object.keys(rules)) {
      const reached = chain.map((role) => order.indexOf(reach(rule, role)))
      expect(reached, rule).toEqual(reached.toSorted((a, b) => a - b))
    }
  })

  it('lets nobody but administrators reach where the target is not said', () => {
    for (const [rule, who] of Object.entries(rules)) {
      if (who === 'anyone') continue
      const policy = defaultPolicy()
      expect(policy.allows(rule, caller(['manager', 'member', 'reader']), {}), rule).toBe(false)
      expect(policy.allows(rule, caller(['admin']), {}), rule).toBe(who !== 'service')
    }
  })
})

describe('policy: rules unknown', () => {
  it.each([['servers:fly'], [''], ['constructor'], ['__proto__'], ['servers'], ['SERVERS:GET']])(
    'denies %s to everybody',
    (rule) => {
      expect(defaultPolicy().allows(rule, caller(['admin', 'service', 'member']), own)).toBe(false)
      expect(() => authorize(defaultPolicy(), rule, caller(['admin']), own)).toThrow(
        expect.objectContaining({ code: 'policy.forbidden' }),
      )
    },
  )

  it.each([['server:create'], ['constructor'], ['x'.repeat(10_000_000)]])('refuses to override %.20s', (rule) => {
    const override = () => defaultPolicy({ [rule]: 'anyone' } as never)
    expect(override).toThrow(expect.objectContaining({ code: 'policy.unknown_rule', kind: 'invalid' }))
    expect(override).toThrow(/^.{1,150}$/)
  })

  it('refuses to override with somebody unknown', () => {
    for (const who of ['everyone', 'constructor', '', null, undefined, () => true]) {
      expect(() => defaultPolicy({ 'flavors:create': who } as never)).toThrow(
        expect.objectContaining({ code: 'policy.unknown_who' }),
      )
    }
  })
})

describe('policy: overrides', () => {
  it('change a rule and no other', () => {
    const policy = defaultPolicy({ 'flavors:create': 'manager_of_project', 'servers:delete': 'nobody' })
    expect(policy.allows('flavors:create', caller(['manager']), own)).toBe(true)
    expect(policy.allows('flavors:create', caller(['member']), own)).toBe(false)
    expect(policy.allows('flavors:delete', caller(['manager']), own)).toBe(false)
    expect(policy.allows('servers:delete', caller(['admin', 'service']), own)).toBe(false)
    expect(defaultPolicy().allows('flavors:create', caller(['manager']), own)).toBe(false)
  })

  it('are read once: to change them later changes nothing', () => {
    const overrides: Record<string, 'anyone' | 'admin'> = { 'flavors:create': 'admin' }
    const policy = defaultPolicy(overrides)
    overrides['flavors:create'] = 'anyone'
    expect(policy.allows('flavors:create', caller([]), own)).toBe(false)
  })
})

describe('policy: roles', () => {
  it('are taken as they are spelt, and only where they are', () => {
    const allowed = (...roles: string[]) => defaultPolicy().allows('servers:create', caller(roles), own)
    expect(allowed('member')).toBe(true)
    expect(allowed('reader', 'auditor', 'member')).toBe(true)
    expect(allowed('Member')).toBe(false)
    expect(allowed('members', 'member ', 'service')).toBe(false)
  })
})
