import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Verbs } from '@novakit/core'
import type { Terminal } from '../terminal.ts'
import { agentProcess, type AgentProcess } from './agent-process.ts'
import { bootServers, type Booted } from './boot-servers.ts'
import { createCloud } from '../../create-cloud.ts'
import { explainMisfit, type Misfit } from './explain-misfit.ts'
import { fakeDriver } from '@novakit/driver-fake'
import { gib, millis, seconds, systemClock, unixSocket } from '@novakit/core'
import { showHosts, type HostLine } from './show-hosts.ts'
import { surviveKill, type Survival } from './survive-kill.ts'
import { terminal } from '../terminal.ts'

export interface DemoOptions {
  readonly servers: number
  /** Nothing for people to read. */
  readonly quiet: boolean
  /** The command line's own file: the agent's process is started from it. */
  readonly program: string
}

export interface DemoResult {
  readonly ok: boolean
  readonly boot: Booted
  readonly misfit: Misfit
  readonly survival: Survival
  readonly hosts: readonly HostLine[]
  /** After everything was deleted: servers, and vCPUs that quota still counts. */
  readonly leftOver: { readonly servers: number; readonly vcpus: number }
  readonly seconds: number
}

const SPAWN_MS = 150
const node = { vcpus: 16, memory: gib(64), disk: gib(1000) }

/** The whole story: boot, explain, survive, show, clean up. */
export async function demo({ servers, quiet, program }: DemoOptions): Promise<DemoResult> {
  const began = systemClock.now()
  const screen = terminal(quiet)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-'))
  const socket = path.join(folder, 'bus')
  const west = agentProcess(program, {
    socket,
    state: folder,
    cell: 'west',
    host: 'west-1',
    vcpus: 16,
    memory: 64,
    spawnMs: SPAWN_MS,
  })
  try {
    const told = await tell(screen, servers, folder, socket, west)
    const ok =
      told.leftOver.servers === 0 &&
      told.leftOver.vcpus === 0 &&
      told.boot.active === servers &&
      told.survival.recovered
    return { ok, ...told, seconds: (systemClock.now() - began) / 1000 }
  } finally {
    await west.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function tell(
  screen: Terminal,
  servers: number,
  folder: string,
  socket: string,
  west: AgentProcess,
): Promise<Omit<DemoResult, 'ok' | 'seconds'>> {
  const latency = { spawn: millis(SPAWN_MS) }
  const transport = unixSocket({ path: socket, role: 'hub' })
  await transport.open()
  await using cloud = await createCloud({
    database: path.join(folder, 'cloud.db'),
    transport,
    cells: {
      east: { hosts: { 'east-1': fakeDriver({ ...node, latency }), 'east-2': fakeDriver({ ...node, latency }) } },
      west: { hosts: {} },
    },
    timing: { commandEvery: seconds(5), heartbeatEvery: seconds(1), surveyEvery: seconds(1) },
  })
  await cloud.start()
  west.start()
  const operator = cloud.as({ project: 'demo', user: 'operator', roles: ['admin'] })
  await upAndRunning(operator, 'west-1')
  await operator.quotas.set('demo', { instances: -1, cores: -1, ram: -1 })
  screen.say('A cloud of three hosts in two cells; the agent of west-1 is a process of its own.\n')
  const boot = await bootServers(screen, cloud, servers)
  const misfit = await explainMisfit(screen, cloud)
  const survival = await surviveKill(screen, cloud, west, 'west-1')
  const hosts = await showHosts(screen, operator)
  return { boot, misfit, survival, hosts, leftOver: await cleanUp(screen, operator) }
}

/** An agent in another process greets its cell when it is ready. */
async function upAndRunning(operator: Verbs, host: string): Promise<void> {
  const deadline = systemClock.now() + seconds(20)
  while (systemClock.now() < deadline) {
    const { hosts } = await operator.hosts.list()
    if (hosts.some((one) => one.name === host && one.up && one.mapped)) return
    await systemClock.sleep(millis(50))
  }
  throw new Error(`The agent of ${host} did not come up.`)
}

async function cleanUp(screen: Terminal, operator: Verbs): Promise<DemoResult['leftOver']> {
  const { servers } = await operator.servers.list()
  await Promise.all(servers.map((server) => operator.servers.delete(server.id)))
  await Promise.all(servers.map((server) => operator.servers.until(server.id, 'deleted')))
  const left = await operator.servers.list()
  const cores = (await operator.quotas.get('demo')).find(({ resource }) => resource === 'cores')?.used ?? 0
  screen.say(`\nDeleted ${servers.length} servers; ${left.servers.length} servers and ${cores} vCPUs are left over.`)
  return { servers: left.servers.length, vcpus: cores }
}
