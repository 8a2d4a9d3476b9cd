import type { AgentProcess } from './agent-process.ts'
import type { Cloud } from '@novakit/core'
import type { Terminal } from '../terminal.ts'
import { millis, systemClock } from '@novakit/core'

export interface Survival {
  /** Servers that were being built when the agent was killed. */
  readonly underWay: number
  readonly recovered: boolean
  /** From the kill until the last of them was active. */
  readonly afterMs: number
}

const VICTIMS = 4

/** Kills a host's agent while it starts guests, starts it again, and waits for them. */
export async function surviveKill(
  screen: Terminal,
  cloud: Cloud,
  agent: AgentProcess,
  host: string,
): Promise<Survival> {
  const operator = cloud.as({ project: 'demo', user: 'operator', roles: ['admin'] })
  const servers = await operator.servers.create({
    name: 'db',
    flavor: 'm1.tiny',
    image: 'cirros',
    count: VICTIMS,
    host,
  })
  await spawning(
    cloud,
    servers.map((server) => server.id),
  )
  const { pid } = agent
  const began = systemClock.now()
  await agent.kill()
  const before = await operator.servers.list({ ids: servers.map((server) => server.id), status: 'BUILD' })
  const underWay = before.servers.length
  screen.say(
    `Killed the agent of ${host} (SIGKILL, pid ${pid}) while it was starting ${underWay} servers; starting it again.`,
  )
  agent.start()
  const states = await Promise.all(servers.map((server) => operator.servers.until(server.id, 'active')))
  const recovered = states.every((server) => server.status === 'ACTIVE' && server.placement?.host === host)
  const afterMs = systemClock.now() - began
  screen.say(`All ${states.length} are active on ${host}, ${afterMs} ms after the kill.\n`)
  return { underWay, recovered, afterMs }
}

/** Until the host has work: a kill before that would show nothing. */
async function spawning(cloud: Cloud, servers: readonly string[]): Promise<void> {
  const operator = cloud.as({ project: 'demo', user: 'operator', roles: ['admin'] })
  for (let look = 0; look < 200; look++) {
    const states = await Promise.all(servers.map((server) => operator.servers.get(server)))
    if (states.every((server) => server.taskState === 'spawning' || server.vmState === 'active')) break
    await systemClock.sleep(millis(10))
  }
}
