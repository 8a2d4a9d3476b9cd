import { expect } from 'vitest'
import type { CloudWorld } from '@novakit/sim'
import { serversOf } from './quiet-world.ts'

/** The servers of the cloud are these, in whatever order. */
export async function expectStatuses(world: CloudWorld, statuses: readonly string[]): Promise<void> {
  expect((await serversOf(world)).map((server) => server.status).toSorted()).toEqual(statuses.toSorted())
}
