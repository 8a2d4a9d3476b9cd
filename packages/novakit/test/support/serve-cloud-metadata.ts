// A cloud with networks of its own, a server in each of two of them, both at 10.0.0.5, and the metadata service before it
// on port 8775. Proxies know the networks as `a` and `b`. Run by a test in a process of its own:
//
//   serve-cloud-metadata.ts FOLDER SECRET
import { createCloud, gib, id, metadataSource, silentLog, type NetworkId, type RequestContext } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { serve } from '@novakit/http-kit'
import { localServices } from '@novakit/local-services'
import { metadataService, signedByEither } from '@novakit/metadata'

const [, , dir = '', secret = ''] = process.argv
const tenant = { requestId: id('req-setup'), project: id('demo'), user: id('me'), roles: ['member'] } as RequestContext
const { networks } = await localServices({ dir })
const cloud = await createCloud({ networks, hosts: { n1: fakeDriver({ vcpus: 8, memory: gib(16), disk: gib(100) }) } })
await cloud.start()
const { servers } = cloud.as(tenant)
const known = new Map<string, NetworkId>()
for (const name of ['a', 'b']) {
  const network = await networks.createNetwork(tenant, { name, subnets: [{ cidr: '10.0.0.0/24' }] })
  known.set(name, network.id)
  const request = { network: network.id, fixedIp: '10.0.0.5' }
  const wanted = { name: `server in ${name}`, flavor: 'm1.small', image: 'cirros', networks: [request] }
  const [server] = await servers.create(wanted)
  if (server === undefined) throw new Error('One was asked for.')
  await servers.until(server.id, 'active')
}
const networksOf = async (name: string) => [known.get(name)].filter((network) => network !== undefined)
const service = metadataService({ source: metadataSource(cloud), identify: signedByEither({ secret, networksOf }) })
await serve(service, { host: '0.0.0.0', port: 8775, log: silentLog })
process.stdout.write('listening\n')
