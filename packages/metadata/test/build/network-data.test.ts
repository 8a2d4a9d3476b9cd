import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { id, type FirstBootInput, type PortId, type StackedLink } from '@novakit/core'
import { netmask, subnetOf } from '../../src/build/ip-text.ts'
import { networkData } from '../../src/build/network-data.ts'
import { aNic, anAddress, aServer, aV6Address } from '../support/server.ts'

interface Told {
  readonly links: readonly Record<string, unknown>[]
  readonly networks: readonly Record<string, unknown>[]
  readonly services: readonly unknown[]
}

function told(given: Partial<FirstBootInput>, everyAddress = false): Told {
  return networkData(aServer(given), { everyAddress }) as unknown as Told
}

describe('a link', () => {
  it.each(['bridge', 'dvs', 'hw_veb', 'hyperv', 'ovs', 'tap', 'vhostuser', 'vif'])(
    'of kind %s is shown as that',
    (vifType) => {
      expect(told({ nics: [aNic({ vifType })] }).links[0]).toMatchObject({ type: vifType })
    },
  )

  it.each(['hostdev_physical', 'macvtap', 'midonet', 'direct', ''])(
    'of kind %j is shown as a physical one',
    (vifType) => {
      expect(told({ nics: [aNic({ vifType })] }).links[0]).toMatchObject({ type: 'phy' })
    },
  )

  it('without a device has a number for a name', () => {
    const nics = [aNic({ device: '' }), aNic({ port: id<PortId>('2'), device: '' })]
    expect(told({ nics }).links.map((link) => link['id'])).toEqual(['interface0', 'interface1'])
  })

  it('has no MTU where a DHCP server tells it', () => {
    const mtu = (...fixedIps: ReturnType<typeof anAddress>[]) => told({ nics: [aNic({ fixedIps })] }).links[0]!['mtu']
    expect(mtu(anAddress())).toBe(1450)
    expect(mtu(anAddress(), aV6Address({ mode: 'slaac' }))).toBe(1450)
    expect(mtu(anAddress({ mode: 'dhcp' }))).toBeNull()
    expect(mtu(anAddress(), aV6Address({ mode: 'dhcpv6-stateful' }))).toBeNull()
  })

  it('without an address is not shown, and a server without NICs has nothing to say', () => {
    expect(told({ nics: [aNic({ fixedIps: [] })] })).toEqual({ links: [], networks: [], services: [] })
    expect(networkData(aServer({ nics: [] }), {})).toEqual({})
  })
})

describe('a network', () => {
  it.each([
    [anAddress(), 'ipv4'],
    [anAddress({ mode: 'dhcp' }), 'ipv4_dhcp'],
    [aV6Address(), 'ipv6'],
    [aV6Address({ mode: 'dhcp' }), 'ipv6_dhcp'],
    [aV6Address({ mode: 'slaac' }), 'ipv6_slaac'],
    [aV6Address({ mode: 'dhcpv6-stateful' }), 'ipv6_dhcpv6-stateful'],
    [aV6Address({ mode: 'dhcpv6-stateless' }), 'ipv6_dhcpv6-stateless'],
  ])('of %j is of type %s', (ip, type) => {
    const [network] = told({ nics: [aNic({ fixedIps: [ip] })] }).networks
    expect(network).toMatchObject({ id: 'network0', type, link: 'tapcd9f6d46-4a' })
    expect('ip_address' in network!).toBe(ip.mode !== 'dhcp')
  })

  it('has the default route first, and the others with their masks written out', () => {
    const { networks } = told({ nics: [aNic({ fixedIps: [anAddress(), aV6Address()] })] })
    expect(networks[0]!['routes']).toEqual([
      { network: '0.0.0.0', netmask: '0.0.0.0', gateway: '10.0.0.1' },
      { network: '10.9.0.0', netmask: '255.255.0.0', gateway: '10.0.0.2' },
    ])
    expect(networks[1]!['routes']).toEqual([
      { network: '::', netmask: '::', gateway: '2001:db8:1::1' },
      { network: '2001:db8:2::', netmask: 'ffff:ffff:ffff::', gateway: 'fe80::1' },
    ])
  })

  it('is there for the first address of each version, or for every one if wanted', () => {
    const fixedIps = [
      anAddress(),
      anAddress({ address: '10.0.1.5' }),
      aV6Address(),
      aV6Address({ address: '2001:db8::6' }),
    ]
    const addresses = (every: boolean) =>
      told({ nics: [aNic({ fixedIps })] }, every).networks.map((network) => network['ip_address'])
    expect(addresses(false)).toEqual(['10.0.0.5', '2001:db8:1::5'])
    expect(addresses(true)).toEqual(fixedIps.map(({ address }) => address))
  })

  it('names each name server once for the whole server', () => {
    const nics = [aNic(), aNic({ port: id<PortId>('2'), fixedIps: [anAddress({ dns: ['8.8.8.8', '1.1.1.1'] })] })]
    expect(told({ nics }).services).toEqual([
      { type: 'dns', address: '8.8.8.8' },
      { type: 'dns', address: '1.1.1.1' },
    ])
  })
})

describe('a bond and a VLAN', () => {
  const nics = [
    aNic({ device: 'one', fixedIps: [] }),
    aNic({ port: id<PortId>('p2'), mac: 'fa:16:3e:00:00:02', device: 'two', fixedIps: [] }),
  ]
  const common = { mac: 'fa:16:3e:9c:bf:3d', mtu: 9000, network: nics[0]!.network, fixedIps: [anAddress()] }
  const links: StackedLink[] = [
    {
      ...common,
      type: 'bond',
      id: 'bond0',
      over: nics.map(({ port }) => port),
      mode: '802.3ad',
      lookEvery: 100,
      hashPolicy: 'layer3+4',
    },
    { ...common, type: 'vlan', id: 'vlan7', on: 'bond0', vlan: 7, fixedIps: [aV6Address()] },
  ]

  it('stand on links that are shown although they have no addresses', () => {
    expect(told({ nics, links }).links).toEqual([
      { id: 'one', vif_id: nics[0]!.port, type: 'ovs', mtu: 1450, ethernet_mac_address: nics[0]!.mac },
      { id: 'two', vif_id: 'p2', type: 'ovs', mtu: 1450, ethernet_mac_address: nics[1]!.mac },
      {
        id: 'bond0',
        type: 'bond',
        mtu: 9000,
        ethernet_mac_address: common.mac,
        bond_links: ['one', 'two'],
        bond_mode: '802.3ad',
        bond_miimon: 100,
        bond_xmit_hash_policy: 'layer3+4',
      },
      { id: 'vlan7', type: 'vlan', mtu: 9000, vlan_link: 'bond0', vlan_id: 7, vlan_mac_address: common.mac },
    ])
    expect(told({ nics, links }).networks.map((network) => network['link'])).toEqual(['bond0', 'vlan7'])
  })
})

describe('masks and subnets', () => {
  it.each([
    [4, 0, '0.0.0.0'],
    [4, 19, '255.255.224.0'],
    [4, 32, '255.255.255.255'],
    [6, 0, '::'],
    [6, 52, 'ffff:ffff:ffff:f000::'],
    [6, 128, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ] as const)('of version %i and length %i are %s', (version, prefix, mask) => {
    expect(netmask(version, prefix)).toBe(mask)
  })

  it.each(['', '10.0.0.0/33', '10.0.0/8', '::/129', 'fe80::1%eth0/64', '10.0.0.0/-1', '10.0.0.0/a', 'example.org/8'])(
    'cannot be made of %j',
    (cidr) => expect(subnetOf(cidr)).toBeNull(),
  )

  it('write IPv6 as the platform itself does', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, prefix) => {
        const { network } = subnetOf(`${address}/${prefix}`)!
        expect(`[${network}]`).toBe(new URL(`http://[${network}]`).hostname)
        expect(subnetOf(`${network}/${prefix}`)!.network).toBe(network)
        if (prefix === 128) expect(`[${network}]`).toBe(new URL(`http://[${address}]`).hostname)
      }),
    )
  })
})
