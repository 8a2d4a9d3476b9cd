import { afterAll, beforeAll, expect, test } from 'vitest'
import { sagaTables } from '@novakit/core/testing'
import type { KillAt } from '../support/processes/control.ts'
import { openStage, type Stage } from '../support/processes/stage.ts'
import { killPoints, words } from '../support/processes/kill-points.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 30_000)
afterAll(() => stage.close())

let servers = 0

/** Has a conductor killed on its way to an active server, and sees whether its successor comes there. */
async function expectActive(at: KillAt, prepare: () => Promise<void> = async () => undefined): Promise<void> {
  const name = `server-${++servers}`
  await prepare()
  const doomed = await stage.control()
  await doomed.call('arm', at)
  doomed.call('create', name).catch(() => undefined)
  expect(await doomed.ended).toBe('SIGKILL')

  const heir = await stage.control()
  const listed = (await heir.call('list')).filter((server) => server.name === name)
  expect(listed).toHaveLength(1)
  const [server] = listed
  await heir.call('until', server!.id, 'active')
  // Whoever had no answer asks again, and gets the same server.
  expect(await heir.call('create', name)).toBe(server!.id)
  expect(await stage.unrest()).toEqual([])
  await heir.call('delete', server!.id)
}

const tables = sagaTables()

test.for(killPoints(tables, ['server.create', 'server.build']).map((at) => [words(at), at] as const))(
  'a conductor that is killed %s is followed by one that builds the server',
  ([, at]) => expectActive(at),
)

test.for(killPoints(tables, ['server.build'], 'back').map((at) => [words(at), at] as const))(
  'a conductor that is killed %s is followed by one that builds the server elsewhere',
  ([, at]) => expectActive(at, async () => (await stage.hosts()).call('failSpawn')),
)

test('of every server its whole life was heard in order, at least once, whoever was killed meanwhile', async () => {
  const control = await stage.control()
  for (const { id } of await control.call('list')) await control.call('until', id, 'deleted')
  expect(await stage.unrest()).toEqual([])
  const heard = await stage.heard()
  const first = [...new Map(heard.toReversed().map((event) => [event.id, event])).values()].toReversed()
  const lives = Map.groupBy(
    first.filter(({ server }) => server !== ''),
    ({ server }) => server,
  )
  expect(lives.size).toBe(servers)
  const life = ['instance.create.start', 'instance.create.end', 'instance.delete.start', 'instance.delete.end']
  for (const events of lives.values()) {
    // Every attempt tells that it begins.
    const names = events.map(({ name }) => name).filter((name, at, all) => name !== all[at - 1])
    expect(names).toEqual(life)
  }
})
