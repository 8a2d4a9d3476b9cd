import { createCloud, gib } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'

await using cloud = await createCloud({
  database: process.argv[2] ?? ':memory:',
  hosts: { 'rack1-n1': fakeDriver({ vcpus: 64, memory: gib(256), disk: gib(2000) }) },
})
await cloud.start()

const ctx = cloud.as({ project: 'demo', user: 'me', roles: ['member'] })
const [server] = await ctx.servers.create({ name: 'web', flavor: 'm1.small', image: 'cirros' })
if (server === undefined) throw new Error('One was asked for.')
const active = await ctx.servers.until(server.id, 'active')
console.log(`${active.name} is ${active.status}`)
