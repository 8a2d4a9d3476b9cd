import { onTestFinished } from 'vitest'
import type { Cloud, CloudOptions, CloudTiming, Server, Verbs } from 'novakit'
import { createCloud, gib, millis, seconds } from 'novakit'

/** A cloud's patience for tests on the machine's clock: nothing waits for long, and nothing is looked for all the time. */
export const quick: Partial<CloudTiming> = {
  scanEvery: millis(100),
  lookEvery: millis(100),
  commandEvery: millis(500),
  heartbeatEvery: millis(500),
  surveyEvery: millis(500),
  relayEvery: millis(20),
  leaseFor: seconds(2),
}

/** Room for sixteen servers of `m1.tiny` by their vCPUs, were it not for overcommitment. */
export const node = { vcpus: 16, memory: gib(64), disk: gib(1000) }

/** A cloud that is not started, and is stopped when its test ends. */
export async function openCloud(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await createCloud({ ...options, timing: { ...quick, ...options.timing } })
  onTestFinished(() => cloud.stop())
  return cloud
}

export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await openCloud(options)
  await cloud.start()
  return cloud
}

export function tenant(cloud: Cloud, project = 'demo'): Verbs {
  return cloud.as({ project, user: `user-of-${project}`, roles: ['member'] })
}

export function operator(cloud: Cloud, project = 'demo'): Verbs {
  return cloud.as({ project, user: 'operator', roles: ['admin'] })
}

export const tiny = { name: 'web', flavor: 'm1.tiny', image: 'cirros' } as const

/** One server, accepted. */
export async function create(
  verbs: Verbs,
  more: Partial<Parameters<Verbs['servers']['create']>[0]> = {},
): Promise<Server> {
  const [server] = await verbs.servers.create({ ...tiny, ...more })
  if (server === undefined) throw new Error('One server was asked for, and none was accepted.')
  return server
}

/** One server that runs. */
export async function boot(verbs: Verbs, more: Parameters<typeof create>[1] = {}): Promise<Server> {
  return verbs.servers.until((await create(verbs, more)).id, 'active', { timeout: 20_000 })
}

/** Takes away the limits of a project. */
export async function unlimited(cloud: Cloud, project = 'demo'): Promise<void> {
  const none = -1
  await operator(cloud).quotas.set(project, { instances: none, cores: none, ram: none, server_group_members: none })
}
