import { expect, test } from 'vitest'
import type { NetworkControl, NetworkHost } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { noNetworks } from '@novakit/local-services'
import { boot, node, startCloud, tenant } from '../support/open-cloud.ts'

/** Networks that remember what they were asked. */
function recorded(asked: unknown[], bridge: { broken: boolean }): NetworkControl & NetworkHost {
  const plain = noNetworks()
  return {
    ...plain,
    allocate: async (owner, requests, host) => {
      asked.push(['allocate', owner, host])
      return plain.allocate(owner, requests, host)
    },
    release: async (...call) => void asked.push(['release', ...call]),
    plug: async () => {
      if (bridge.broken) throw new Error('no bridge')
    },
  }
}

test('ports are asked for in the name of their owner, and given back up to the epoch at which they were made', async () => {
  const asked: unknown[] = []
  const cloud = await startCloud({ hosts: { h1: fakeDriver(node) }, networks: recorded(asked, { broken: false }) })
  const { id } = await boot(tenant(cloud))
  const owner = { server: id, project: 'demo', user: 'user-of-demo', epoch: 1 }
  expect(asked).toEqual([['allocate', owner, 'h1']])
  await tenant(cloud).servers.delete(id)
  await tenant(cloud).servers.until(id, 'deleted')
  expect(asked.slice(1)).toEqual([['release', id, 1]])
})

test('a build that fails gives back its own ports before the next is begun at a higher epoch', async () => {
  const asked: unknown[] = []
  const bridge = { broken: true }
  const networks = recorded(asked, bridge)
  const driver = fakeDriver(node)
  const release: NetworkControl['release'] = async (...call) => {
    bridge.broken = false
    await networks.release(...call)
  }
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver }, networks: { ...networks, release } })
  const { id } = await boot(tenant(cloud))
  const epochs = (asked as [string, ...unknown[]][]).map(([call, first, second]) =>
    call === 'release' ? [call, second] : [call, (first as { readonly epoch: number }).epoch],
  )
  expect(epochs).toEqual([
    ['allocate', 1],
    ['release', 1],
    ['allocate', 2],
  ])
  expect(await tenant(cloud).servers.get(id)).toMatchObject({ status: 'ACTIVE' })
})
