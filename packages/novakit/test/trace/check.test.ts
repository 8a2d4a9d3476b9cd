import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case } from '../../src/cli/trace/check/case.ts'
import type { SeenGuest } from '../../src/cli/trace/check/evidence.ts'
import { nothingLeft } from '../../src/cli/trace/check/nothing-left.ts'
import { outcomeOf } from '../../src/cli/trace/check/outcome.ts'
import { played, type Played } from '../support/trace/played.ts'
import { readEvidence } from '../../src/cli/trace/check/read-evidence.ts'
import { smallSet } from '../support/trace/small-set.ts'
import { verify } from '../../src/cli/trace/check/verify.ts'

let folder: string
let right: Played

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'check-'))
  right = await played(smallSet, folder)
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Servers and groups by name, and the tables of the cells. */
interface Names {
  readonly live: string
  server(name: string): string
  /** Where a server is, or the host of the same rack or of another. */
  hostOf(name: string): string
  neighbour(name: string): string
  stranger(name: string): string
}

/** @returns SQL statements */
type Plant = (names: Names) => readonly string[]

let copies = 0

/** The case with a database that somebody has tampered with. */
async function tampered(plant: Plant, more: Partial<Case> = {}): Promise<Case> {
  const file = path.join(folder, `wrong-${++copies}.db`)
  await copyFile(right.database, file)
  const db = new DatabaseSync(file)
  for (const statement of plant(namesIn(db))) db.exec(statement)
  db.close()
  return {
    set: smallSet,
    evidence: readEvidence(file),
    guests: right.guests,
    allAlone: true,
    noLessThanGreedy: true,
    ...more,
  }
}

function namesIn(db: DatabaseSync): Names {
  const tables = db.prepare(`select name from sqlite_master where name like 'cell\\_%\\_instance' escape '\\'`).all()
  const live = String(tables[0]?.['name'])
  const row = (name: string) => {
    const found = [live, 'cell0_instance'].map((from) => db.prepare(`select * from ${from} where name = ?`).get(name))
    return found.find((each) => each !== undefined)
  }
  const hostOf = (name: string): string => String(row(name)?.['host'])
  const other = (name: string, sameRack: boolean): string => {
    const mine = smallSet.hosts.find((host) => host.name === hostOf(name))
    const found = smallSet.hosts.find((host) => host !== mine && (host.rack === mine?.rack) === sameRack)
    return found?.name ?? 'none'
  }
  return {
    live,
    server: (name) => String(row(name)?.['id']),
    hostOf,
    neighbour: (name) => other(name, true),
    stranger: (name) => other(name, false),
  }
}

/** Moves a server in every book, so that nothing but the rule is broken. */
function moved({ live, server }: Names, name: string, to: string): readonly string[] {
  const id = server(name)
  const node = `(select provider from global_host_node where host = '${to}')`
  const amounts = `select provider, resource_class, sum(used) as used from global_allocation group by 1, 2`
  return [
    `update ${live} set host = '${to}', node = '${to}' where id = '${id}'`,
    `update global_allocation set provider = ${node} where consumer = '${id}'`,
    `update global_inventory as i set used = coalesce((select a.used from (${amounts}) a
       where a.provider = i.provider and a.resource_class = i.resource_class), 0)`,
  ]
}

const guestMoved = (name: string, ofServer: (name: string) => string, to: string): readonly SeenGuest[] =>
  right.guests.map((guest) => (guest.server === ofServer(name) ? { ...guest, host: to } : guest))

describe('the check of a replay', () => {
  test('finds nothing wrong with one that went right, and counts what came of it', async () => {
    const given = await tampered(() => [])
    expect(verify(given)).toEqual([])
    const { placement, ...outcome } = outcomeOf(given)
    expect(placement).toMatch(/^[0-9a-f]{64}$/)
    expect(outcome).toEqual({
      active: 13,
      errors: { 'group and room': 1, group: 1 },
      grouped: { active: 11, greedy: 11 },
    })
  })

  test.for<readonly [what: string, plant: Plant, says: RegExp]>([
    [
      'a server that is gone',
      ({ live, server }) => [`delete from ${live} where id = '${server('vm-0')}'`],
      /^eachEnded: vm-0 was asked for and is no server$/m,
    ],
    [
      'a server that is there twice',
      ({ live }) => [`update ${live} set name = 'vm-1' where name = 'vm-0'`],
      /^eachEnded: vm-1 is a server more than was asked for$/m,
    ],
    [
      'a server of another size',
      ({ live }) => [`update ${live} set flavor = replace(flavor, '"vcpus":2', '"vcpus":1') where name = 'vm-0'`],
      /^eachEnded: vm-0 has 1 vCPUs/m,
    ],
    [
      'a server that is still being built',
      ({ live }) => [`update ${live} set vm_state = 'building', task_state = 'spawning' where name = 'vm-0'`],
      /^eachEnded: vm-0 is still spawning$/m,
    ],
    [
      'a server that is active and nowhere',
      ({ live }) => [`update ${live} set host = null where name = 'vm-0'`],
      /^eachEnded: vm-0 is active and on no host$/m,
    ],
    [
      'an error without a reason',
      () => ['delete from cell0_instance_fault'],
      /^eachEnded: vm-13 is in error without a reason$/m,
    ],
    [
      'an address that leads to the wrong cell',
      ({ server }) => [
        `update global_instance_mapping set cell = '00000000-0000-0000-0000-000000000000' where server = '${server('vm-0')}'`,
      ],
      /^eachEnded: vm-0 is looked for in cell0_$/m,
    ],
    [
      'an address that leads to nothing',
      () => [
        `insert into global_instance_mapping (server, cell, project, deleted, created_at) values ('x', null, 'p', 0, 0)`,
      ],
      /^eachEnded: the address of x leads to nothing$/m,
    ],
    [
      'an operation that did not end',
      () => [`update global_operation set state = 'running' where rowid = (select min(rowid) from global_operation)`],
      /^eachEnded: server\.create of .* is running, is left to do$/m,
    ],
    [
      'a server on a host that is none',
      ({ live }) => [`update ${live} set host = 'elsewhere' where name = 'vm-0'`],
      /^rulesKept: vm-0 is on elsewhere/m,
    ],
    [
      'an allocation that is gone',
      ({ server }) => [
        `delete from global_allocation where consumer = '${server('vm-12')}' and resource_class = 'VCPU'`,
      ],
      /^booksBalance: the ledger lacks: .* holds 1 VCPU/m,
    ],
    [
      'an allocation of nobody',
      ({ server }) => [`update global_allocation set consumer = 'nobody' where consumer = '${server('vm-12')}'`],
      /^booksBalance: the ledger has too much: nobody holds 1 VCPU/m,
    ],
    [
      'a sum of the ledger that is wrong',
      () => [`update global_inventory set used = used + 1 where resource_class = 'MEMORY_MB'`],
      /^booksBalance: used MEMORY_MB of host-0: \d+ instead of \d+$/m,
    ],
    [
      'a host that is larger than it is',
      () => [`update global_inventory set total = total + 1 where resource_class = 'VCPU'`],
      /^booksBalance: capacity VCPU of host-0: 17 instead of 16$/m,
    ],
    [
      'a guard that counts too much',
      () => [`update global_guard set held = held + 1 where kind = 'counter'`],
      /^booksBalance: guard counter group\/.*: 2 instead of 1$/m,
    ],
    [
      'a guard that is held by nobody',
      ({ server }) => [`update global_guard_hold set consumer = 'nobody' where consumer = '${server('vm-0')}'`],
      /^booksBalance: nobody does not run and holds pin group/m,
    ],
    [
      'quota that nobody uses',
      () => [`update global_quota_usage set used = used + 1 where resource = 'cores' and user = ''`],
      /^booksBalance: quota cores of trace: \d+ instead of \d+$/m,
    ],
    [
      'a server that was never charged',
      ({ server }) => [`delete from global_quota_charge where subject = '${server('vm-0')}' and resource = 'ram'`],
      /^booksBalance: charges ram of trace: \d+ instead of \d+$/m,
    ],
    [
      'a server that has left its group',
      ({ server }) => [`delete from global_server_group_member where server = '${server('vm-0')}'`],
      /^booksBalance: no member of its group: vm-0/m,
    ],
    [
      'a refusal for a reason that the check does not know',
      () => [
        `update cell0_instance_fault set problem = replace(problem, 'server_group.anti_affinity', 'server.no_luck')`,
      ],
      /^refusalsHold: vm-14 was refused for server\.no_luck, and no host is in its way for that$/m,
    ],
    [
      'a refusal that says nothing',
      () => [`update cell0_instance_fault set problem = json_remove(problem, '$.detail')`],
      /^refusalsHold: vm-14 was refused without a reason$/m,
    ],
    [
      'a failure that was no want of a place',
      () => [
        `update cell0_instance_fault set problem = replace(problem, 'server.no_valid_host', 'server.build_failed')`,
      ],
      /^refusalsHold: vm-13 failed, and not for want of a place: server\.build_failed$/m,
    ],
  ])('finds %s', async ([, plant, says]) => {
    expect(verify(await tampered(plant)).join('\n')).toMatch(says)
  })

  test('finds servers of an affinity group in two racks, though every book agrees', async () => {
    let given: readonly SeenGuest[] = []
    const wrong = await tampered((names) => {
      given = guestMoved('vm-0', names.server, names.stranger('vm-0'))
      return moved(names, 'vm-0', names.stranger('vm-0'))
    })
    expect(verify({ ...wrong, guests: given })).toEqual(['rulesKept: the rule of affinity/0 (affinity) is broken'])
  })

  test('finds two domains in one rack, and two servers of an anti-affinity group on one host', async () => {
    const rack = await tampered((names) => moved(names, 'vm-2', names.neighbour('vm-3')))
    expect(verify({ ...rack, guests: null })).toContain(
      'rulesKept: the rule of fault-domain/0 (fault-domain) is broken',
    )
    const host = await tampered((names) => moved(names, 'vm-5', names.hostOf('vm-6')))
    expect(verify({ ...host, guests: null })).toContain(
      'rulesKept: the rule of anti-affinity/0 (anti-affinity) is broken',
    )
  })

  test('finds a host that holds more than it has', async () => {
    const hosts = smallSet.hosts.map((host) => ({ ...host, vcpus: 2 }))
    const given = await tampered(() => [], { set: { ...smallSet, hosts } })
    expect(verify(given).join('\n')).toMatch(/^rulesKept: host-\d holds more than it has$/m)
  })

  test('finds a server that was refused although it fits', async () => {
    const requests = smallSet.requests.map((request) =>
      request.name === 'vm-14' ? { ...request, group: null } : request,
    )
    const given = await tampered(() => [], { set: { ...smallSet, requests } })
    const found = verify(given)
    expect(found.join('\n')).toMatch(/^refusalsHold: vm-14 was refused \(server\.no_valid_host\) and fits on host-\d$/m)
    expect(found).toContain('refusalsHold: vm-14 is in no group, and is not active')
  })

  test('finds that a greedy assignment would have placed more', async () => {
    const given = await tampered(({ live }) => [
      `update ${live} set vm_state = 'error', host = null where name = 'vm-0'`,
    ])
    expect(verify(given)).toContain('beatsGreed: 10 servers of groups are active, and a greedy assignment places 11')
  })

  test.for<readonly [what: string, change: (guests: readonly SeenGuest[]) => readonly SeenGuest[], says: RegExp]>([
    ['a guest that is gone', (guests) => guests.slice(1), /^guestsStand: no guest /m],
    [
      'a guest of nobody',
      (guests) => [...guests, { server: 'x', host: 'host-0', running: true }],
      /^guestsStand: a guest more: x on host-0$/m,
    ],
    ['a guest on two hosts', (guests) => [...guests, ...guests.slice(0, 1)], /^guestsStand: a guest more: /m],
    [
      'a guest that does not run',
      (guests) => guests.map((guest) => ({ ...guest, running: false })),
      /^guestsStand: the guest .* does not run$/m,
    ],
  ])('finds %s', async ([, change, says]) => {
    expect(verify(await tampered(() => [], { guests: change(right.guests) })).join('\n')).toMatch(says)
  })

  test('says what is left over once everything is to be deleted', async () => {
    const { evidence } = await tampered(() => [])
    expect(nothingLeft(evidence, right.guests)).toEqual([
      '15 servers are left over',
      expect.stringMatching(/^\d+ allocations are left over$/),
      expect.stringMatching(/^\d+ inventories in use are left over$/),
      expect.stringMatching(/^\d+ guards are left over$/),
      '11 holds of guards are left over',
      '13 members of groups are left over',
      '3 quota counters are left over',
      '45 quota charges are left over',
      '15 addresses are left over',
      '13 guests are left over',
    ])
  })
})
