import type { CloudWorld } from '../world/cloud-world.ts'
import type { HostProcess } from '../world/host-process.ts'
import type { Story } from './client.ts'
import { between, pick } from '../chaos/mischief.ts'
import { isNovakitError } from '@novakit/core'

/** An operator takes a host out of service, and gives it back. */
const serveHost: Story = async ({ world, random }) => {
  const { name } = pick(random, world.hosts)
  const span = between(random, 2, 10)
  await world.admin.hosts.disable(name, 'service')
  await world.clock.sleep(span)
  await world.admin.hosts.enable(name)
  world.trace.mark('a host is out of service for a while')
}

/** A machine goes dark; its operator says so, has its servers made anew elsewhere, and brings it back some time. */
const evacuateHost: Story = async ({ world, random }) => {
  const host = pick(random, world.hosts)
  const span = between(random, 1, 15)
  host.cutPower()
  await asOperator(() => world.admin.hosts.forceDown(host.name, true))
  for (const server of await serversOn(world, host)) {
    const accepted = await asOperator(() => world.admin.servers.evacuate(server))
    world.trace.note('operator', `evacuate ${server.slice(0, 8)}: ${accepted ? 'ok' : 'refused'}`)
    if (accepted) world.trace.mark('an evacuation is accepted')
  }
  await world.clock.sleep(span)
  void host.restorePower()
  await asOperator(() => world.admin.hosts.forceDown(host.name, false))
}

async function serversOn({ admin }: CloudWorld, { name }: HostProcess): Promise<readonly string[]> {
  const { servers } = await admin.servers.list({ allProjects: true, limit: 1000 })
  return servers.filter(({ placement }) => placement?.host === name).map(({ id }) => id)
}

/** @returns whether it was accepted */
async function asOperator(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (!isNovakitError(error)) throw error
    return false
  }
}

/** What those do who run the cloud. */
export const operatorStories: Readonly<Record<string, Story>> = { serveHost, evacuateHost }
