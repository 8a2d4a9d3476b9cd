// A process that asks for ports, and says which address each server was given.
import { id, type HostName, type NetworkId, type ProjectId, type ServerId, type UserId } from '@novakit/core'
import { localServices } from '@novakit/local-services'

const [dir = '', network = '', name = '', count = '0'] = process.argv.slice(2)

const { networks, close } = await localServices({ dir })
for (let n = 0; n < Number(count); n++) {
  const server = id<ServerId>(`0000000${name}-0000-4000-8000-${String(n).padStart(12, '0')}`)
  const owner = { server, project: id<ProjectId>('mine'), user: id<UserId>('me'), epoch: 1 } as const
  const [nic] = await networks.allocate(owner, [{ network: id<NetworkId>(network) }], id<HostName>('h1'))
  process.stdout.write(`${server} ${nic?.fixedIps[0]?.address}\n`)
}
await close()
