import { describe, expect, test } from 'vitest'
import {
  id,
  type HostName,
  type NetworkId,
  type NetworkOwner,
  type NetworkRequest,
  type Nic,
  type ServerId,
} from '@novakit/core'
import { as, codeOf, open, tempFolder } from '../support/services.ts'

const me = as('mine')
const other = as('other')
const admin = as('ops', 'admin')
const h1 = id<HostName>('h1')
const h2 = id<HostName>('h2')
const server = (n: number): ServerId => id(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
const owner = (n: number, epoch: number, project = 'mine'): NetworkOwner => ({
  server: server(n),
  project: id(project),
  user: id('u'),
  epoch,
})
const addresses = (nics: readonly Nic[]): readonly string[] =>
  nics.flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address))

async function world(cidr = '10.0.0.0/24', ...more: readonly string[]) {
  const dir = await tempFolder()
  const { networks } = await open(dir)
  const { id: network } = await networks.createNetwork(me, {
    name: 'net',
    subnets: [cidr, ...more].map((one) => ({ cidr: one })),
  })
  const request: readonly NetworkRequest[] = [{ network }]
  return { dir, networks, network, request }
}

test('a server gets a port with an address of each kind, and all that its host and its guest need to know', async () => {
  const { networks, network } = await world('10.0.0.0/24', 'fd00:1::/64')
  const nics = await networks.allocate(owner(1, 1), 'auto', h1)
  expect(nics).toHaveLength(1)
  expect(nics[0]).toMatchObject({
    network,
    server: server(1),
    mtu: 1500,
    vifType: 'bridge',
    tag: null,
    details: { nat: true },
  })
  expect(nics[0]?.mac).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/)
  expect(nics[0]?.device).toMatch(/^nktap[0-9a-f]{10}$/)
  expect(nics[0]?.fixedIps).toMatchObject([
    { address: '10.0.0.2', version: 4, prefix: 24, gateway: '10.0.0.1', mode: 'dhcp' },
    { version: 6, prefix: 64, gateway: 'fd00:1::1', mode: 'slaac' },
  ])
  expect(await networks.list(server(1))).toEqual(nics)
  for (const address of addresses(nics)) expect(await networks.serverAt?.(network, address)).toBe(server(1))
  expect(await networks.serverAt?.(network, addresses(nics)[1]?.toUpperCase() ?? '')).toBe(server(1))
  expect([await networks.serverAt?.(network, '10.0.0.3'), await networks.serverAt?.(network, 'x')]).toEqual([
    null,
    null,
  ])
})

test('asking again gives the same ports, also after a restart', async () => {
  const { dir, networks, request } = await world()
  const nics = await networks.allocate(owner(1, 1), [...request, ...request], h1)
  expect(new Set(addresses(nics)).size).toBe(2)
  expect(await networks.allocate(owner(1, 1), [...request, ...request], h1)).toEqual(nics)
  const again = await open(dir)
  expect(await again.networks.allocate(owner(1, 1), [...request, ...request], h1)).toEqual(nics)
})

describe('late calls', () => {
  test('at an epoch that was released, or overtaken, are refused', async () => {
    const { networks, request } = await world()
    await networks.allocate(owner(1, 2), request, h1)
    for (const call of [
      () => networks.allocate(owner(1, 1), request, h2),
      () => networks.bind(server(1), h2, 1),
      () => networks.activate(server(1), h2, 1),
    ])
      expect(await codeOf(call())).toBe('host.stale_epoch')
    await networks.release(server(1), 2)
    expect(await codeOf(networks.allocate(owner(1, 2), request, h1))).toBe('host.stale_epoch')
    expect(await networks.list(server(1))).toEqual([])
    expect(await networks.allocate(owner(1, 3), request, h2)).toHaveLength(1)
  })

  test('a release is remembered of a server that never had a port, and of one that has another attempt’s', async () => {
    const { networks, request } = await world()
    await networks.release(server(7), 1)
    expect(await codeOf(networks.allocate(owner(7, 1), request, h1))).toBe('host.stale_epoch')
    const nics = await networks.allocate(owner(7, 2), request, h1)
    await networks.release(server(7), 1)
    expect(await networks.list(server(7))).toEqual(nics)
    expect(await networks.allocate(owner(7, 2), request, h1)).toEqual(nics)
  })

  test('at a higher epoch what is there is bound anew, and keeps its address', async () => {
    const { networks, request } = await world()
    const nics = await networks.allocate(owner(1, 1), request, h1)
    expect(await networks.allocate(owner(1, 2), request, h2)).toEqual(nics)
    await networks.unbind(server(1), h2, 1)
    await networks.release(server(1), 1)
    expect(await networks.list(server(1))).toEqual(nics)
  })

  test('after a release nothing is attached', async () => {
    const { networks, request } = await world()
    await networks.allocate(owner(1, 1), request, h1)
    await networks.release(server(1), 1)
    expect(await codeOf(networks.attach(server(1), request[0]!, { host: h1, epoch: 1, key: 'k' }))).toBe(
      'host.stale_epoch',
    )
  })
})

describe('a move', () => {
  test('that is given up leaves the ports where they were', async () => {
    const { networks, request } = await world()
    const nics = await networks.allocate(owner(1, 1), request, h1)
    expect(await networks.bind(server(1), h2, 2)).toEqual(nics)
    await networks.release(server(1), 1)
    expect(await networks.list(server(1))).toEqual(nics)
    await networks.unbind(server(1), h2, 2)
    await networks.unbind(server(1), h2, 2)
    expect(await networks.list(server(1))).toEqual(nics)
    await networks.release(server(1), 2)
    expect(await networks.list(server(1))).toEqual([])
  })

  test('that is made keeps them when the old host is taken back, and a late release of it', async () => {
    const { networks, request } = await world()
    const nics = await networks.allocate(owner(1, 1), request, h1)
    await networks.bind(server(1), h2, 2)
    await networks.activate(server(1), h2, 2)
    await networks.unbind(server(1), h1, 1)
    await networks.release(server(1), 1)
    expect(await networks.list(server(1))).toEqual(nics)
  })
})

describe('addresses', () => {
  test('are given to one at a time, by many callers in several processes’ worth of stores', async () => {
    const { dir, networks, request } = await world('10.0.0.0/26')
    const stores = [networks, (await open(dir)).networks, (await open(dir)).networks]
    const results = await Promise.allSettled(
      Array.from({ length: 70 }, (_, n) => stores[n % stores.length]!.allocate(owner(n, 1), request, h1)),
    )
    const given = results.flatMap((one) => (one.status === 'fulfilled' ? addresses(one.value) : []))
    // Of 64, one is the block's own, one for all, and one the gateway's.
    expect(given).toHaveLength(61)
    expect(new Set(given).size).toBe(61)
    const refused = results.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
    expect(refused).toEqual(Array(9).fill('network.no_addresses'))
    expect(await codeOf(networks.validate(me, request, 1))).toBe('network.no_addresses')
    // Which of the callers came too late differs from run to run.
    const lucky = results.findIndex((one) => one.status === 'fulfilled')
    await networks.release(server(lucky), 1)
    await networks.validate(me, request, 1)
    expect(await codeOf(networks.validate(me, request, 2))).toBe('network.no_addresses')
  })

  test('that were given back are given again last', async () => {
    const { networks, request } = await world('10.0.0.0/29')
    const give = async (n: number): Promise<string> =>
      addresses(await networks.allocate(owner(n, 1), request, h1))[0] ?? ''
    expect([await give(1), await give(2)]).toEqual(['10.0.0.2', '10.0.0.3'])
    await networks.release(server(1), 1)
    expect([await give(3), await give(4), await give(5), await give(6)]).toEqual([
      '10.0.0.4',
      '10.0.0.5',
      '10.0.0.6',
      '10.0.0.2',
    ])
  })

  test('that are asked for are given if they are free and for guests', async () => {
    const { networks, network } = await world('10.0.0.0/24')
    const ask = (n: number, fixedIp: string) => networks.allocate(owner(n, 1), [{ network, fixedIp }], h1)
    expect(addresses(await ask(1, '10.0.0.77'))).toEqual(['10.0.0.77'])
    expect(await codeOf(ask(2, '10.0.0.77'))).toBe('network.in_use')
    expect(await codeOf(networks.validate(me, [{ network, fixedIp: '10.0.0.77' }], 1))).toBe('network.in_use')
    for (const wrong of ['10.0.0.1', '10.0.0.0', '10.0.0.255', '10.0.1.5', 'fd00::5', 'x']) {
      expect(await codeOf(ask(2, wrong)), wrong).toBe('network.invalid')
    }
    expect(await codeOf(networks.validate(me, [{ network, fixedIp: '10.0.0.8' }], 2))).toBe('network.invalid')
    expect(await networks.list(server(2))).toEqual([])
  })

  test('of a large block are found at once when nearly all of the pool is taken', async () => {
    const dir = await tempFolder()
    const { networks } = await open(dir)
    const pool = { first: '10.0.0.10', last: '10.0.0.140' }
    const { id: network } = await networks.createNetwork(me, { name: 'n', subnets: [{ cidr: '10.0.0.0/16', pool }] })
    for (let n = 0; n < 131; n++) await networks.allocate(owner(n, 1), [{ network }], h1)
    expect(await codeOf(networks.allocate(owner(500, 1), [{ network }], h1))).toBe('network.no_addresses')
    await networks.release(server(77), 1)
    expect(addresses(await networks.allocate(owner(501, 1), [{ network }], h1))).toEqual(['10.0.0.87'])
  })
})

describe('what is asked for', () => {
  test('the only network is meant by auto, and several are ambiguous', async () => {
    const { networks } = await open(await tempFolder())
    await networks.validate(me, 'auto', 5)
    expect(await networks.allocate(owner(1, 1), 'auto', h1)).toEqual([])
    const make = (name: string, context = me, shared = false) =>
      networks.createNetwork(context, { name, shared, subnets: [{ cidr: '10.0.0.0/24' }] })
    await make('a')
    expect(await networks.allocate(owner(2, 1), 'auto', h1)).toHaveLength(1)
    expect(await networks.allocate(owner(3, 1), 'none', h1)).toEqual([])
    await make('b', admin, true)
    expect(await codeOf(networks.validate(me, 'auto', 1))).toBe('network.ambiguous')
    expect((await networks.networks(other)).map(({ name }) => name)).toEqual(['b'])
    expect(await codeOf(make('c', me, true))).toBe('network.invalid')
  })

  test('others’ networks and ports are not there', async () => {
    const { networks, network, request } = await world()
    expect(await codeOf(networks.validate(other, request, 1))).toBe('network.not_found')
    expect(await codeOf(networks.allocate(owner(1, 1, 'other'), request, h1))).toBe('network.not_found')
    const port = await networks.createPort(me, { network })
    expect(await codeOf(networks.validate(other, [{ port }], 1))).toBe('network.port_not_found')
    await networks.deletePort(other, port)
    await networks.validate(me, [{ port }], 1)
  })

  test('a port that is brought keeps its addresses, goes to one server, and outlives it', async () => {
    const { networks, network } = await world()
    const port = await networks.createPort(me, { network, fixedIp: '10.0.0.9', mac: 'FA:16:3E:00:00:09' })
    await networks.validate(me, [{ port, tag: 'front' }], 1)
    for (const [requests, servers, code] of [
      [[{ port }], 2, 'network.invalid'],
      [[{ port }, { port }], 1, 'network.in_use'],
    ] as const) {
      expect(await codeOf(networks.validate(me, requests, servers))).toBe(code)
    }
    const nics = await networks.allocate(owner(1, 1), [{ port, tag: 'front' }], h1)
    expect(nics).toMatchObject([{ port, mac: 'fa:16:3e:00:00:09', tag: 'front', fixedIps: [{ address: '10.0.0.9' }] }])
    expect(await codeOf(networks.allocate(owner(2, 1), [{ port }], h1))).toBe('network.in_use')
    expect(await codeOf(networks.deletePort(me, port))).toBe('network.in_use')
    await networks.release(server(1), 1)
    expect(await networks.allocate(owner(2, 2), [{ port }], h1)).toMatchObject([{ port, tag: null }])
  })

  test('ports are attached once for a key, and detached', async () => {
    const { networks, network, request } = await world()
    const [first] = await networks.allocate(owner(1, 1), request, h1)
    const nic = await networks.attach(server(1), { network, tag: 'data' }, { host: h1, epoch: 1, key: 'op' })
    expect(await networks.attach(server(1), { network, tag: 'data' }, { host: h1, epoch: 1, key: 'op' })).toEqual(nic)
    expect(await networks.list(server(1))).toEqual([first, nic])
    await networks.detach(server(1), nic.port)
    await networks.detach(server(1), nic.port)
    expect(await networks.list(server(1))).toEqual([first])
    await networks.detach(server(2), first!.port)
    expect(await networks.list(server(1))).toEqual([first])
  })

  test('a key that was given up attaches nothing any more, and an epoch that was overtaken neither', async () => {
    const { networks, network, request } = await world()
    await networks.allocate(owner(1, 2), request, h1)
    const place = { host: h1, epoch: 2, key: 'op' }
    await networks.attach(server(1), { network }, place)
    await networks.giveUp(server(1), 'op')
    await networks.giveUp(server(1), 'op')
    expect(await networks.list(server(1))).toHaveLength(1)
    expect(await codeOf(networks.attach(server(1), { network }, place))).toBe('network.in_use')
    const old = { ...place, epoch: 1, key: 'another' }
    expect(await codeOf(networks.attach(server(1), { network }, old))).toBe('host.stale_epoch')
    expect(await networks.list(server(1))).toHaveLength(1)
  })

  test('a network with ports stays, one without goes', async () => {
    const { networks, network, request } = await world()
    await networks.allocate(owner(1, 1), request, h1)
    expect(await codeOf(networks.deleteNetwork(me, network))).toBe('network.in_use')
    await networks.deleteNetwork(other, network)
    await networks.release(server(1), 1)
    await networks.deleteNetwork(me, network)
    expect(await networks.networks(me)).toEqual([])
    await networks.deleteNetwork(me, id<NetworkId>('none'))
  })
})

test.each([
  [{ cidr: '10.0.0.1/24' }],
  [{ cidr: '0.0.0.0/0' }],
  [{ cidr: '10.0.0.0/31' }],
  [{ cidr: '10.0.0.0/24', gateway: '10.0.1.1' }],
  [{ cidr: '10.0.0.0/24', gateway: '10.0.0.255' }],
  [{ cidr: '10.0.0.0/24', gateway: 'fd00::1' }],
  [{ cidr: '10.0.0.0/24', dns: ['1.1.1.1 evil'] }],
  [{ cidr: '10.0.0.0/24', dns: ['1.1.1.1\nserver=/#/6.6.6.6'] }],
  [{ cidr: '10.0.0.0/24', mode: 'slaac' as const }],
  [{ cidr: 'fd00::/80' }],
  [{ cidr: '10.0.0.0/24', pool: { first: '10.0.0.9', last: '10.0.0.5' } }],
  [{ cidr: '10.0.0.0/24', routes: [{ destination: 'fd00::/64', nexthop: '10.0.0.1' }] }],
])('S-NET-4: a subnet such as %j is refused', async (subnet) => {
  const { networks } = await open(await tempFolder())
  expect(await codeOf(networks.createNetwork(me, { name: 'n', subnets: [subnet] }))).toBe('network.invalid')
  const twice = { name: 'n', subnets: [{ cidr: '10.0.0.0/24' }, { cidr: '10.0.0.0/16' }] }
  expect(await codeOf(networks.createNetwork(me, twice))).toBe('network.invalid')
  expect(await codeOf(networks.createNetwork(me, { name: 'a\nb', subnets: [{ cidr: '10.0.0.0/24' }] }))).toBe(
    'network.invalid',
  )
})
