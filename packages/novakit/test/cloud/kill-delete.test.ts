import { afterAll, beforeAll, expect, test } from 'vitest'
import { sagaTables } from '@novakit/core/testing'
import type { Control, KillAt } from '../support/processes/control.ts'
import type { Child } from '../support/processes/nursery.ts'
import { killPoints, words } from '../support/processes/kill-points.ts'
import { openStage, type Stage } from '../support/processes/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 30_000)
afterAll(() => stage.close())

/** Has a conductor killed while it deletes, and sees whether its successor leaves nothing. */
async function expectGone(at: KillAt, ask: (doomed: Child<Control>) => Promise<unknown>): Promise<void> {
  const doomed = await stage.control()
  ask(doomed).catch(() => undefined)
  expect(await doomed.ended).toBe('SIGKILL')
  const heir = await stage.control()
  for (const { id } of await heir.call('list')) await heir.call('until', id, 'deleted')
  expect(await stage.unrest()).toEqual([])
  expect(await heir.call('list')).toEqual([])
  expect(await (await stage.hosts()).call('guests')).toEqual([])
}

test.for(killPoints(sagaTables(), ['server.delete']).map((at) => [words(at), at] as const))(
  'a conductor that is killed %s is followed by one that deletes the server',
  ([, at]) =>
    expectGone(at, async (doomed) => {
      const server = await doomed.call('create', `for ${words(at)}`.slice(0, 100))
      await doomed.call('until', server, 'active')
      await doomed.call('arm', at)
      await doomed.call('delete', server)
    }),
)

test.for(killPoints(sagaTables(), ['server.cancel']).map((at) => [words(at), at] as const))(
  'a conductor that is killed %s is followed by one that deletes the server that stood nowhere yet',
  ([, at]) =>
    expectGone(at, async (doomed) => {
      await doomed.call('arm', at)
      await doomed.call('cancel', `for ${words(at)}`.slice(0, 100))
    }),
)

test('a conductor that is killed while its predecessor’s work is still under way loses nothing of it', async () => {
  for (const step of ['enter', 'spawn']) {
    const doomed = await stage.control()
    await doomed.call('arm', { kind: 'server.build', step, point: 'after_effect', visit: 2 })
    for (let index = 0; index < 3; index++) doomed.call('create', `crowd-${step}-${index}`).catch(() => undefined)
    expect(await doomed.ended).toBe('SIGKILL')
  }
  const heir = await stage.control()
  const servers = await heir.call('list')
  expect(servers.length).toBeGreaterThanOrEqual(5)
  for (const { id } of servers) await heir.call('until', id, 'active')
  expect(await stage.unrest()).toEqual([])
  for (const { id } of servers) await heir.call('delete', id)
  for (const { id } of servers) await heir.call('until', id, 'deleted')
  expect(await stage.unrest()).toEqual([])
})
