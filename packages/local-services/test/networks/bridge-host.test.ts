import { chmod, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { id, type HostName, type NetworkRequest, type Nic, type ServerId } from '@novakit/core'
import type { LocalServices } from '@novakit/local-services'
import { missingPrograms } from '../../../../tools/programs.ts'
import { as, codeOf, open, tempFolder } from '../support/services.ts'
import { configure, echo, inside, newGuest, newNamespace, processesWith, works } from '../support/net-world.ts'

const missing = await missingPrograms('networks')
const why = missing ?? (process.getuid?.() === 0 ? null : 'root makes network namespaces')
const me = as('mine')
const h1 = id<HostName>('h1')
const server = (n: number): ServerId => id(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)

async function world(...cidrs: readonly string[]) {
  const host = await newNamespace('host')
  const dir = await tempFolder()
  const services = await open(dir, { bridges: { namespace: host } })
  const { id: network } = await services.networks.createNetwork(me, {
    name: 'net',
    subnets: cidrs.map((cidr) => ({ cidr, dns: cidr.includes(':') ? [] : ['9.9.9.9'] })),
  })
  return { host, dir, services, network }
}

/** A server's port, plugged in. */
async function plugged({ networks }: LocalServices, n: number, request: NetworkRequest): Promise<Nic> {
  const owner = { server: server(n), project: me.project, user: me.user, epoch: 1 }
  const [nic] = await networks.allocate(owner, [request], h1)
  await networks.plug(server(n), [nic!])
  return nic!
}

const address = (nic: Nic, version = 4): string => nic.fixedIps.find((ip) => ip.version === version)?.address ?? ''

describe.skipIf(why !== null)(
  `bridges in a namespace of their own${why === null ? '' : ` (${why})`}`,
  { timeout: 60_000 },
  () => {
    test('a guest is given its address, its gateway and its servers by DHCP, and a stranger none', async () => {
      const { host, dir, services, network } = await world('10.77.0.0/24')
      const nic = await plugged(services, 1, { network, fixedIp: '10.77.0.42' })
      const guest = await newGuest(host, nic, 'guest')
      const script = path.join(dir, 'lease.sh')
      await writeFile(script, '#!/bin/sh\n[ "$1" = bound ] && echo "$ip $mask $router $dns $mtu $siaddr" >&2\nexit 0\n')
      await chmod(script, 0o700)
      const ask = (...more: readonly string[]): Promise<string> =>
        inside(
          guest,
          'sh',
          '-c',
          'exec "$@" 2>&1',
          'sh',
          'busybox',
          'udhcpc',
          '-i',
          'eth0',
          '-fnq',
          '-t5',
          '-T1',
          '-O',
          'mtu',
          '-s',
          script,
          ...more,
        )
      expect(await ask()).toContain('10.77.0.42 24 10.77.0.1 9.9.9.9 1500')
      // Another server's card, on this guest's line.
      await inside(guest, 'ip', 'link', 'set', 'eth0', 'address', 'fa:16:3e:99:99:99')
      expect(await codeOf(ask('-t1'))).not.toBe('none')
    })

    test('guests of one network reach one another and their gateway, in both kinds of addresses', async () => {
      const { host, services, network } = await world('10.77.0.0/24', 'fd77::/64')
      const [a, b] = [await plugged(services, 1, { network }), await plugged(services, 2, { network })]
      const [one, two] = [await newGuest(host, a, 'one'), await newGuest(host, b, 'two')]
      await configure(one, a)
      await configure(two, b)
      for (const version of [4, 6]) {
        expect(await echo(one, address(b, version)), `IPv${version}`).toBe(true)
        expect(await echo(two, version === 4 ? '10.77.0.1' : 'fd77::1'), `gateway of IPv${version}`).toBe(true)
      }
    })

    test('S-NET-5: a guest that speaks for another address, card or router is not heard', async () => {
      const { host, services, network } = await world('10.77.0.0/24', 'fd77::/64')
      const [a, b] = [await plugged(services, 1, { network }), await plugged(services, 2, { network })]
      const [one, two] = [await newGuest(host, a, 'one'), await newGuest(host, b, 'two')]
      await configure(one, a)
      await configure(two, b)
      await inside(one, 'ip', 'address', 'add', '10.77.0.200/24', 'dev', 'eth0')
      await inside(one, 'ip', 'address', 'add', 'fd77::200/64', 'dev', 'eth0', 'nodad')
      const from = (source: string, to: string): Promise<boolean> => works(one, 'ping', '-c1', '-W1', '-I', source, to)
      expect([await from(address(a), address(b)), await from(address(a, 6), address(b, 6))]).toEqual([true, true])
      expect([await from('10.77.0.200', address(b)), await from('fd77::200', address(b, 6))]).toEqual([false, false])
      await inside(one, 'ip', 'neigh', 'flush', 'all')
      expect(await works(two, 'ping', '-c1', '-W1', '10.77.0.200')).toBe(false)
      expect(await works(one, 'busybox', 'arping', '-c1', '-w1', '-s', '10.77.0.1', '-I', 'eth0', address(b))).toBe(
        false,
      )
      await inside(one, 'ip', 'link', 'set', 'eth0', 'address', 'fa:16:3e:99:99:99')
      expect(await echo(one, address(b))).toBe(false)
    })

    test('guests reach the world under their host’s address, the world does not call them, and networks are apart', async () => {
      const { host, services, network } = await world('10.77.0.0/24')
      const { id: second } = await services.networks.createNetwork(me, {
        name: 'second',
        subnets: [{ cidr: '10.78.0.0/24' }],
      })
      const { id: closed } = await services.networks.createNetwork(me, {
        name: 'closed',
        nat: false,
        subnets: [{ cidr: '10.79.0.0/24' }],
      })
      const [a, b, c] = [
        await plugged(services, 1, { network }),
        await plugged(services, 2, { network: second }),
        await plugged(services, 3, { network: closed }),
      ]
      const [one, two, three] = [
        await newGuest(host, a, 'one'),
        await newGuest(host, b, 'two'),
        await newGuest(host, c, 'three'),
      ]
      for (const [guest, nic] of [
        [one, a],
        [two, b],
        [three, c],
      ] as const)
        await configure(guest, nic)
      const outside = await newNamespace('world')
      await inside(host, 'ip', 'link', 'add', 'name', 'up0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside)
      for (const [where, device, own] of [
        [host, 'up0', '192.0.2.1/24'],
        [outside, 'eth0', '192.0.2.2/24'],
      ] as const) {
        await inside(where, 'ip', 'address', 'add', own, 'dev', device)
        await inside(where, 'ip', 'link', 'set', device, 'up')
      }
      await inside(outside, 'ip', 'route', 'add', '10.0.0.0/8', 'via', '192.0.2.1')
      expect(await echo(one, '192.0.2.2')).toBe(true)
      expect([await echo(outside, address(a)), await echo(one, address(b)), await echo(three, '192.0.2.2')]).toEqual([
        false,
        false,
        false,
      ])
      expect(await echo(three, '10.79.0.1')).toBe(true)
    })

    test('a device without a port is not heard, and a port whose address went to another is none any more', async () => {
      const { host, services, network } = await world('10.77.0.0/24')
      const { networks } = services
      const [a, b] = [
        await plugged(services, 1, { network, fixedIp: '10.77.0.9' }),
        await plugged(services, 2, { network }),
      ]
      const [one, two] = [await newGuest(host, a, 'one'), await newGuest(host, b, 'two')]
      await configure(one, a)
      await configure(two, b)
      expect(await echo(one, address(b))).toBe(true)
      // Its host was not heard of when it was deleted: the guest runs on, and its port was given back.
      await networks.release(server(1), 1)
      const c = await plugged(services, 3, { network, fixedIp: '10.77.0.9' })
      expect(await echo(one, address(b))).toBe(false)
      const three = await newGuest(host, c, 'three')
      await configure(three, c)
      expect(await echo(three, address(b))).toBe(true)
      await networks.unplug(server(3), [c])
      expect(await echo(three, address(b))).toBe(false)
    })

    test('S-HOST-1: of their host guests reach no service but those for them', async () => {
      const { host, services, network } = await world('10.77.0.0/24')
      const nic = await plugged(services, 1, { network })
      const guest = await newGuest(host, nic, 'guest')
      await configure(guest, nic)
      const connect = (to: string, port: number): Promise<boolean> =>
        works(
          guest,
          'timeout',
          '1',
          'bash',
          '-c',
          `exec 3<>/dev/tcp/${to}/${port}; read -t 1 -u 3 said; [ "$said" = hello ]`,
        )
      await inside(host, 'ip', 'address', 'add', '169.254.169.254/32', 'dev', String(nic.details['bridge']))
      const listen = (port: number): Promise<string> =>
        inside(
          host,
          'sh',
          '-c',
          'busybox nc -ll -p "$1" -e echo hello </dev/null >/dev/null 2>&1 &',
          'sh',
          String(port),
        )
      await listen(80)
      await listen(8080)
      await expect.poll(() => connect('169.254.169.254', 80)).toBe(true)
      expect([await connect('10.77.0.1', 8080), await connect('10.77.0.1', 80)]).toEqual([false, false])
    })

    test('plugging again changes nothing, a restart makes all again, and the last to go leaves nothing', async () => {
      const { host, dir, services, network } = await world('10.77.0.0/24')
      const [a, b] = [await plugged(services, 1, { network }), await plugged(services, 2, { network })]
      const bridge = String(a.details['bridge'])
      const ruleset = (): Promise<string> => inside(host, 'nft', 'list', 'ruleset')
      const before = await ruleset()
      await services.networks.plug(server(1), [a])
      expect(await ruleset()).toBe(before)
      expect(await processesWith(`${bridge}.conf`)).toHaveLength(1)
      // As after a start of the machine.
      await services.close()
      await inside(host, 'nft', 'flush', 'ruleset')
      await inside(host, 'ip', 'link', 'delete', bridge)
      const { networks } = await open(dir, { bridges: { namespace: host } })
      expect(await ruleset()).toBe(before)
      await networks.unplug(server(1), [a])
      await networks.unplug(server(1), [a])
      expect(await ruleset()).not.toContain(a.device)
      expect(await inside(host, 'ip', 'link', 'show', bridge)).toContain(bridge)
      await networks.unplug(server(2), [b])
      expect(await works(host, 'ip', 'link', 'show', bridge)).toBe(false)
      expect(await processesWith(`${bridge}.conf`)).toEqual([])
      expect(await ruleset()).not.toContain(bridge)
    })

    test('S-NET-4: a port that nobody could plug is refused, and the others are plugged all the same', async () => {
      const { host, services, network } = await world('10.77.0.0/24')
      const owner = { server: server(1), project: me.project, user: me.user, epoch: 1 }
      const [nic] = await services.networks.allocate(owner, [{ network }], h1)
      for (const wrong of [
        { mac: 'fa:16:3e:00:00:00 accept' },
        { mac: '01:00:5e:00:00:01' },
        { device: 'tap0; flush ruleset' },
        { details: { bridge: '../../x' } },
        { fixedIps: [{ ...nic!.fixedIps[0]!, address: '10.77.0.5\ninterface=eth0' }] },
        { fixedIps: [{ ...nic!.fixedIps[0]!, dns: ['1.1.1.1\nuser=root'] }] },
      ]) {
        expect(await codeOf(services.networks.plug(server(1), [{ ...nic!, ...wrong }])), JSON.stringify(wrong)).toBe(
          'network.invalid',
        )
      }
      const other = await plugged(services, 2, { network })
      expect(await inside(host, 'nft', 'list', 'ruleset')).toContain(other.device)
    })
  },
)
