import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DieAt } from '../support/processes/hosts.ts'
import { openStage, type Stage } from '../support/processes/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 30_000)
afterAll(() => stage.close())

let servers = 0

const inSpawn = (['begin', 'disk', 'define', 'start', 'end'] as const).map((at): readonly [string, DieAt] => [
  `at the ${at} of a spawn`,
  { call: 'spawn', at },
])
const inDestroy = (['begin', 'stop', 'undefine', 'clean', 'end'] as const).map((at): readonly [string, DieAt] => [
  `at the ${at} of a destroy`,
  { call: 'destroy', at },
])
const around = (message: string, words: string): readonly (readonly [string, DieAt])[] => [
  [`before ${words}`, { message, when: 'before' }],
  [`after ${words}`, { message, when: 'after' }],
]

test.for([
  ...around('host.command spawn', 'it takes the order to spawn'),
  ...inSpawn,
  ...around('conductor.report spawn', 'it reports its spawn'),
])('a server whose agent is killed %s becomes active, and once', async ([, at]) => {
  const control = await stage.control()
  const doomed = await stage.hosts()
  await doomed.call('arm', at)
  const server = await control.call('create', `server-${++servers}`)
  expect(await doomed.ended).toBe('SIGKILL')
  await stage.hosts()
  await control.call('until', server, 'active')
  expect(await stage.unrest()).toEqual([])
  expect(await (await stage.hosts()).call('guests')).toHaveLength(1)
  await control.call('delete', server)
  await control.call('until', server, 'deleted')
})

test.for([
  ...around('host.command destroy', 'it takes the order to destroy'),
  ...inDestroy,
  ...around('conductor.report destroy', 'it reports its destroy'),
])('a server whose agent is killed %s is deleted, and nothing is left of it', async ([, at]) => {
  const control = await stage.control()
  const doomed = await stage.hosts()
  const server = await control.call('create', `server-${++servers}`)
  await control.call('until', server, 'active')
  await doomed.call('arm', at)
  await control.call('delete', server)
  expect(await doomed.ended).toBe('SIGKILL')
  await stage.hosts()
  await control.call('until', server, 'deleted')
  expect(await stage.unrest()).toEqual([])
  expect(await (await stage.hosts()).call('guests')).toEqual([])
})

test('agent and conductor may die together, in the middle of a spawn', async () => {
  const control = await stage.control()
  const doomed = await stage.hosts()
  await doomed.call('arm', { call: 'spawn', at: 'define' })
  const server = await control.call('create', `server-${++servers}`)
  expect(await doomed.ended).toBe('SIGKILL')
  await control.kill()
  await stage.hosts()
  const heir = await stage.control()
  await heir.call('until', server, 'active')
  expect(await stage.unrest()).toEqual([])
})

test('a server that is deleted while its agent is dead is gone when the agent is back', async () => {
  const control = await stage.control()
  const doomed = await stage.hosts()
  await doomed.call('arm', { call: 'spawn', at: 'start' })
  const server = await control.call('create', `server-${++servers}`)
  expect(await doomed.ended).toBe('SIGKILL')
  await control.call('delete', server)
  const back = await stage.hosts()
  await control.call('until', server, 'deleted')
  expect(await stage.unrest()).toEqual([])
  expect((await back.call('guests')).map((guest) => guest.server)).not.toContain(server)
})
