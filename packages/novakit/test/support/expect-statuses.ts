import { expect } from 'vitest'
import type { CloudWorld } from '@novakit/sim'

/** The servers of the cloud are these, in whatever order. */
export async function expectStatuses({ admin }: CloudWorld, statuses: readonly string[]): Promise<void> {
  const { servers } = await admin.servers.list({ allProjects: true })
  expect(servers.map((server) => server.status).toSorted()).toEqual(statuses.toSorted())
}
