import { expect, it } from 'vitest'
import { id, type FirstBootInput, type FixedIp, type PortId, type StackedLink } from '@novakit/core'
import { networkData } from '../../src/build/network-data.ts'
import { noCloudFiles } from '../../src/build/no-cloud.ts'
import { aNic, anAddress, aServer, aV6Address } from '../support/server.ts'
import { describeWithCloudInit, type Question } from '../support/cloud-init.ts'

interface Rendered {
  readonly netplan: string
  readonly eni: string
}

/** The guest's own names of its NICs, by MAC address. */
const macs = { 'fa:16:3e:9c:bf:3d': 'eth0', 'fa:16:3e:00:00:02': 'eth1', 'fa:16:3e:00:00:03': 'eth2' }
const second = { port: id<PortId>('port-2'), mac: 'fa:16:3e:00:00:02', device: 'tap2' }

const on = (...fixedIps: readonly FixedIp[]): Partial<FirstBootInput> => ({ nics: [aNic({ fixedIps })] })
const unaddressed = [aNic({ fixedIps: [] }), aNic({ ...second, fixedIps: [] })]
const above = { mac: 'fa:16:3e:9c:bf:3d', mtu: 9000, network: aNic().network, fixedIps: [anAddress()] }
const bond: StackedLink = {
  ...above,
  type: 'bond',
  id: 'bond0',
  over: unaddressed.map(({ port }) => port),
  mode: '802.3ad',
  lookEvery: 100,
  hashPolicy: 'layer3+4',
}
const vlan: StackedLink = { ...above, type: 'vlan', id: 'vlan7', mtu: 1400, on: aNic().port, vlan: 7 }

/** Every shape of network that a server of Nova's has, and bonds and VLANs besides. */
const shapes: Readonly<Record<string, Partial<FirstBootInput>>> = {
  'ipv4-static': on(anAddress()),
  'ipv4-static-no-gateway': on(anAddress({ gateway: null, dns: [], routes: [] })),
  'ipv4-dhcp': on(anAddress({ mode: 'dhcp' })),
  'ipv6-static': on(aV6Address()),
  'ipv6-slaac': on(aV6Address({ mode: 'slaac', routes: [] })),
  'ipv6-stateful': on(aV6Address({ mode: 'dhcpv6-stateful', routes: [], gateway: null })),
  'ipv6-stateless': on(aV6Address({ mode: 'dhcpv6-stateless', routes: [], gateway: null })),
  'ipv6-dhcp': on(aV6Address({ mode: 'dhcp' })),
  'both-static': on(anAddress(), aV6Address()),
  'ipv4-dhcp-ipv6-slaac': on(anAddress({ mode: 'dhcp' }), aV6Address({ mode: 'slaac', routes: [] })),
  'two-nics': {
    nics: [
      aNic(),
      aNic({
        ...second,
        mtu: 9000,
        fixedIps: [anAddress({ address: '172.16.5.9', prefix: 20, gateway: null, dns: ['172.16.0.53'], routes: [] })],
      }),
    ],
  },
  bond: { nics: unaddressed, links: [bond] },
  'vlan-on-nic': { nics: [aNic({ fixedIps: [aV6Address()] })], links: [vlan] },
}

await describeWithCloudInit('cloud-init renders networks', (ask) => {
  const names = Object.keys(shapes)
  let answers: Promise<readonly Rendered[]> | null = null
  const rendered = async (name: string): Promise<Rendered> => {
    const question = (shape: Partial<FirstBootInput>): Question => ['network', networkData(aServer(shape), {}), macs]
    answers ??= ask<Rendered>(...Object.values(shapes).map(question))
    return (await answers)[names.indexOf(name)]!
  }

  it.each(names)('of shape %s as netplan and as /etc/network/interfaces', async (name) => {
    const { netplan, eni } = await rendered(name)
    await expect(`${netplan}\n# --- /etc/network/interfaces\n${eni}`).toMatchFileSnapshot(`golden/${name}.txt`)
  })

  it('where an address is static, with every address of ours in it', async () => {
    const { netplan } = await rendered('both-static')
    for (const text of ['10.0.0.5/24', '2001:db8:1::5/64', 'via: 10.0.0.1', 'via: 2001:db8:1::1', 'mtu: 1450']) {
      expect(netplan).toContain(text)
    }
  })

  it('of NoCloud’s network-config to the same addresses, routes and name servers', async () => {
    const plain = names.filter((name) => shapes[name]!.links === undefined)
    const configs = plain.map((name) => {
      const file = noCloudFiles(aServer(shapes[name])).find(({ path }) => path === 'network-config')!
      return JSON.parse(Buffer.from(file.content).toString()) as unknown
    })
    const others = await ask<Rendered>(...configs.map((config): Question => ['netplan_of', config]))
    const facts = (text: string) => [
      ...new Set(text.match(/(?<=[\s-])(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*)(\/\d+)?/g)),
    ]
    for (const [index, name] of plain.entries()) {
      if (!name.includes('static')) continue
      const [ours, theirs] = [facts(others[index]!.netplan), facts((await rendered(name)).netplan)]
      expect([name, new Set(ours)]).toEqual([name, new Set(theirs)])
    }
  })
})
