import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ConfigDriveFormat } from '@novakit/core/vocabulary'
import type { FirstBootReport } from '../../../../tools/guests/guest-report.ts'
import { bootTinyGuest, tinyGuest } from '../../../../tools/guests/tiny-guest.ts'
import { firstBoot, firstBootInput } from '../../src/index.ts'
import { describeWith, inFolder } from '../image/support/tools.ts'

const mac = 'fa:16:3e:00:00:07'
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFirstBoot someone@example'
const script = `#!/bin/sh
mkdir -p /var/lib/told
hostname > /var/lib/told/hostname
ip -o -4 address show scope global | tr -s ' ' | cut -d' ' -f4 > '/var/lib/told/address'
exit 7
`
const injected = Buffer.from('first line\r\nzweite Zeile: ünïcode 𝄞\n\0\u0001')

/** Its addresses are in the network that QEMU serves, and none that its DHCP gives out. */
const server = firstBootInput({
  server: '0c1de9f4-6d5b-4e0b-a1a9-0a3b5f6f7d11',
  name: 'guest-of-ours',
  keys: [{ name: 'mine', data: key }],
  userData: script,
  files: [{ path: '/etc/app/settings of the app.conf', content: injected }],
  nics: [
    {
      mac,
      mtu: 1380,
      fixedIps: [
        {
          address: '192.0.2.77',
          prefix: 25,
          gateway: '192.0.2.2',
          dns: ['192.0.2.3'],
          routes: [{ destination: '198.51.100.0/24', nexthop: '192.0.2.2' }],
        },
        { address: '2001:db8:7::77', prefix: 64, gateway: '2001:db8:7::2' },
      ],
    },
  ],
})

async function boot(format: ConfigDriveFormat, bus: 'ide-cdrom' | 'virtio'): Promise<FirstBootReport> {
  const port = firstBoot({ documents: { everyAddress: true } })
  const [guest, image] = await Promise.all([tinyGuest(), port.configDrive(server, format)])
  return inFolder(async (folder) => {
    const file = path.join(folder, 'drive')
    await writeFile(file, image)
    const nics = [{ mac, network: '192.0.2.0/25', network6: '2001:db8:7::/64' }]
    const { firstBoot: said } = await bootTinyGuest(guest, {
      drives: [{ file, bus }],
      nics,
      words: ['guest.first-boot'],
    })
    if (said === null) throw new Error('The guest did not do as its drive says')
    return said
  })
}

const drives = [
  { name: 'an ISO 9660 CD-ROM', format: 'iso9660', bus: 'ide-cdrom' },
  { name: 'a FAT disk', format: 'vfat', bus: 'virtio' },
] as const

for (const { name, format, bus } of drives) {
  await describeWith('guests', `A guest that starts with ${name} of ours`, () => {
    let said: FirstBootReport
    const made = (file: string) => said.made.get(file)?.content?.toString()
    beforeAll(async () => {
      said = await boot(format, bus)
    }, 400_000)

    test('has the hostname', () => expect(said.hostname).toBe('guest-of-ours.novalocal'))

    test('lets the owner of the ssh key in', () => {
      expect(said.made.get('root/.ssh/authorized_keys')).toMatchObject({
        mode: 0o600,
        content: Buffer.from(`${key}\n`),
      })
    })

    test('has run the script of the user data, with its network up', () => {
      expect(said.script).toBe(7)
      expect(made('var/lib/told/hostname')).toBe('guest-of-ours.novalocal\n')
      expect(made('var/lib/told/address')).toBe('192.0.2.77/25\n')
    })

    test('has the injected file, byte for byte', () => {
      expect(said.made.get('etc/app/settings of the app.conf')?.content).toEqual(injected)
    })

    test('has static addresses that DHCP would not have given, and reaches its gateway from there', () => {
      expect(said.dhcp).toEqual({ eth0: '192.0.2.15' })
      expect(said.addresses).toEqual({ eth0: ['192.0.2.77/25', '2001:db8:7::77/64'] })
      expect(said.reached).toContain('192.0.2.2')
    })

    test('has the routes, the MTU and the name server', () => {
      expect(said.routes.toSorted()).toEqual([
        '198.51.100.0/24 via 192.0.2.2',
        'default via 192.0.2.2',
        'default via 2001:db8:7::2',
      ])
      expect(said.mtus).toEqual({ eth0: 1380 })
      expect(made('etc/resolv.conf')).toBe('nameserver 192.0.2.3\n')
    })
  })
}
