import { createCloud, gib, id, type RequestContext } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { localServices } from '@novakit/local-services'

const operator: RequestContext = { requestId: id('req-setup'), project: id('ops'), user: id('me'), roles: ['admin'] }

// One folder: images with their bytes, networks with their addresses. `bridges: {}` would make Linux bridges too.
await using services = await localServices({ dir: process.argv[2] ?? 'services' })
const { images, networks } = services
const image = await images.create(operator, { name: 'tiny', format: 'raw', visibility: 'public' })
await images.put(operator, image.id, [Buffer.alloc(2 ** 20, 'a very small disk')])
await networks.createNetwork(operator, { name: 'lan', shared: true, subnets: [{ cidr: '10.20.0.0/24' }] })

await using cloud = await createCloud({
  hosts: { 'rack1-n1': fakeDriver({ vcpus: 64, memory: gib(256), disk: gib(2000) }) },
  images,
  networks,
})
await cloud.start()

const ctx = cloud.as({ project: 'demo', user: 'me', roles: ['member'] })
const [server] = await ctx.servers.create({ name: 'web', flavor: 'm1.small', image: 'tiny' })
if (server === undefined) throw new Error('One was asked for.')
const active = await ctx.servers.until(server.id, 'active')
const [nic] = await networks.list(server.id)
console.log(`${active.name} is ${active.status} at ${nic?.fixedIps[0]?.address}`)
await ctx.servers.delete(server.id)
await ctx.servers.until(server.id, 'deleted')
console.log(`${(await networks.list(server.id)).length} ports are left`)
