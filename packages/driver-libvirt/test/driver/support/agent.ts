import type { HypervisorHost, SpawnOrder } from '@novakit/core'
import { freshRandom, id, silentLog, systemClock, systemIds, volatileHostMemory } from '@novakit/core'
import { libvirtDriver } from '../../../src/index.ts'

// An agent of one action, to be killed in the middle of it: URI, folder, action, order as JSON. Says when it begins.

const [, , uri = '', folder = '', action = '', json = ''] = process.argv
const order: SpawnOrder = { ...(JSON.parse(json) as SpawnOrder), allocations: new Map() }

const actions: Readonly<Record<string, (host: HypervisorHost) => Promise<unknown> | undefined>> = {
  spawn: (host) => host.spawn(order),
  destroy: (host) => host.destroy(order, {}),
  'hard reboot': (host) => host.reboot?.hard(order),
  rebuild: (host) => host.rebuild?.rebuild(order, { preserveEphemeral: false }),
  snapshot: (host) => host.snapshot?.capture(order, 'key', 'qcow2'),
  leave: (host) => host.resize?.leave(order, order.node as never),
}

const host = await libvirtDriver({ uri, folder }).open({
  host: id('killed'),
  clock: systemClock,
  random: freshRandom(),
  ids: systemIds,
  log: silentLog,
  memory: volatileHostMemory(),
})
await new Promise((resolve) => process.stdout.write('begins\n', resolve))
await actions[action]?.(host)
process.stdout.write('done\n')
await host.close()
