import type { CloudWorld } from '@novakit/sim'
import type { SagaSuite } from '@novakit/core/testing'
import type { Scenario } from './saga-stage.ts'
import type { VolumeId } from '@novakit/core'
import { expect } from 'vitest'
import { sagaTables } from '@novakit/core/testing'
import { settle } from '@novakit/sim'
import { COMMON } from './action-scenarios.ts'
import { onlyServer } from './quiet-world.ts'
import { sagaStage } from './saga-stage.ts'

async function serverAndVolume(world: CloudWorld): Promise<void> {
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await world.newVolume()
  await settle(world)
}

const onlyVolume = ({ volumes }: CloudWorld): VolumeId => {
  const [volume] = volumes.volumes()
  if (volume === undefined) throw new RangeError('there is no volume')
  return volume.id
}

/** Where the volume is, is what became of the latest action. */
async function expectVolume(world: CloudWorld, action: string, whenDone: 'attached' | 'free'): Promise<void> {
  const server = await onlyServer(world)
  const last = (await world.tenant.servers.actions(server.id)).find((one) => one.action === action)
  const attached = (last?.result === 'success') === (whenDone === 'attached')
  const found = await world.tenant.servers.volumeAttachments(server.id)
  expect(found.map(({ status }) => status)).toEqual(attached ? ['attached'] : [])
  expect(world.volumes.volumes().map(({ status }) => status)).toEqual([attached ? 'in-use' : 'available'])
  expect(server.status).toBe('ACTIVE')
}

async function expectPorts(world: CloudWorld, action: string, count: { done: number; failed: number }): Promise<void> {
  const server = await onlyServer(world)
  const last = (await world.tenant.servers.actions(server.id)).find((one) => one.action === action)
  const ports = last?.result === 'success' ? count.done : count.failed
  expect(await world.tenant.servers.interfaces(server.id)).toHaveLength(ports)
  expect(server.status).toBe('ACTIVE')
}

const scenarios = {
  'server.attachVolume': {
    calls: ['volumes.attach', 'volumes.detach', 'volumes.has'],
    volumeCalls: ['reserve', 'connect', 'complete', 'giveUp', 'attach', 'detach'],
    prepare: serverAndVolume,
    begin: async (world) => {
      const server = await onlyServer(world)
      await world.tenant.servers.attachVolume(server.id, { volume: onlyVolume(world) })
    },
    goal: (world) => expectVolume(world, 'attach_volume', 'attached'),
  },
  'server.detachVolume': {
    calls: ['volumes.attach', 'volumes.detach', 'volumes.has'],
    volumeCalls: ['release', 'attach', 'detach'],
    prepare: async (world) => {
      await serverAndVolume(world)
      await world.tenant.servers.attachVolume((await onlyServer(world)).id, { volume: onlyVolume(world) })
      await settle(world)
    },
    begin: async (world) => {
      const server = await onlyServer(world)
      await world.tenant.servers.detachVolume(server.id, onlyVolume(world))
    },
    goal: (world) => expectVolume(world, 'detach_volume', 'free'),
  },
  'server.attachInterface': {
    calls: ['interfaces.attach', 'interfaces.detach', 'interfaces.has', 'plug', 'unplug', 'attach', 'giveUp'],
    prepare: serverAndVolume,
    begin: async (world) => world.tenant.servers.attachInterface((await onlyServer(world)).id),
    goal: (world) => expectPorts(world, 'attach_interface', { done: 2, failed: 1 }),
  },
  'server.detachInterface': {
    calls: ['interfaces.attach', 'interfaces.detach', 'interfaces.has', 'plug', 'unplug', 'detach'],
    prepare: async (world) => {
      await serverAndVolume(world)
      await world.tenant.servers.attachInterface((await onlyServer(world)).id)
      await settle(world)
    },
    begin: async (world) => {
      const { id: server } = await onlyServer(world)
      const port = world.networks.ports().find(({ attached }) => attached)?.port
      await world.tenant.servers.detachInterface(server, port ?? '')
    },
    goal: (world) => expectPorts(world, 'detach_interface', { done: 1, failed: 2 }),
  },
} as const satisfies Readonly<Record<string, Scenario>>

export const testedDevices = Object.keys(scenarios) as readonly (keyof typeof scenarios)[]

/** The step tests of what is plugged into a server. */
export function deviceSuite(kind: keyof typeof scenarios): SagaSuite {
  const table = sagaTables().find((one) => one.kind === kind)
  if (table === undefined) throw new RangeError(`there is no saga ${kind}`)
  const without = kind.startsWith('server.attach') ? [] : COMMON
  return { table, without, stage: () => sagaStage(scenarios[kind]) }
}
