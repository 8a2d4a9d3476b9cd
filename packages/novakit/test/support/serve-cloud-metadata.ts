// A cloud whose network service knows addresses, with a server in each of two networks, both at 10.0.0.5, and the
// metadata service before it on port 8775. Run by a test in a process of its own: serve-cloud-metadata.ts SECRET
import { createCloud, gib, id, metadataSource, silentLog, systemIds, type NetworkId } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { serve } from '@novakit/http-kit'
import { metadataService, signedByEither } from '@novakit/metadata'
import { fakeNetworks } from '@novakit/sim'

const [, , secret = ''] = process.argv
const cloud = await createCloud({
  networks: fakeNetworks(systemIds).control,
  hosts: { n1: fakeDriver({ vcpus: 8, memory: gib(16), disk: gib(100) }) },
})
await cloud.start()
const { servers } = cloud.as({ project: 'demo', user: 'me', roles: ['member'] })
for (const network of ['a', 'b']) {
  const wanted = { name: `server in ${network}`, flavor: 'm1.small', image: 'cirros', networks: [{ network }] }
  const [server] = await servers.create(wanted)
  if (server === undefined) throw new Error('no server was made')
  await servers.until(server.id, 'active')
}
const networksOf = async (network: string) => [id<NetworkId>(network)]
const service = metadataService({ source: metadataSource(cloud), identify: signedByEither({ secret, networksOf }) })
await serve(service, { host: '0.0.0.0', port: 8775, log: silentLog })
process.stdout.write('listening\n')
