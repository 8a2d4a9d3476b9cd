import { onTestFinished } from 'vitest'
import type { CloudWorld, CloudWorldOptions } from '@novakit/sim'
import type { Server } from '@novakit/core'
import { checkEmpty, checkQuiet, cloudPicture } from '@novakit/core/testing'
import { expect } from 'vitest'
import { deleteServers, settle, startedWorld, worldInside } from '@novakit/sim'

/** A cloud of three hosts at rest, closed when the test is over. */
export async function quietWorld(options: CloudWorldOptions = {}): Promise<CloudWorld> {
  const world = await startedWorld(options)
  onTestFinished(() => world.close())
  return world
}

/** It comes to rest and agrees with itself; when everything is deleted nothing is left. */
export async function expectQuietWorld(world: CloudWorld): Promise<void> {
  await settle(world)
  expect(checkQuiet(await cloudPicture(worldInside(world)))).toEqual([])
  await deleteServers(world)
  await settle(world)
  expect(checkEmpty(await cloudPicture(worldInside(world)))).toEqual([])
}

/** Every server there is, as an administrator sees it, and those that can be had back. */
export async function serversOf({ admin }: CloudWorld): Promise<readonly Server[]> {
  const everywhere = { allProjects: true, limit: 1000 }
  const there = await admin.servers.list(everywhere)
  const kept = await admin.servers.list({ ...everywhere, status: 'SOFT_DELETED' })
  return [...there.servers, ...kept.servers]
}

/** Where the one server of a cloud is. */
export async function onlyServer(world: CloudWorld): Promise<Server> {
  const [server, ...others] = await serversOf(world)
  if (server === undefined || others.length > 0) throw new Error('there is not exactly one server')
  return server
}
