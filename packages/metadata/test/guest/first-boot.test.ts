import { beforeAll, expect, test } from 'vitest'
import type { FirstBootReport } from '../../../../tools/guests/guest-report.ts'
import { describeWith } from '../image/support/tools.ts'
import { bootServer, injected, key } from './support/boot-server.ts'

const drives = [
  { name: 'an ISO 9660 CD-ROM', format: 'iso9660', bus: 'ide-cdrom' },
  { name: 'a FAT disk', format: 'vfat', bus: 'virtio' },
] as const

for (const { name, format, bus } of drives) {
  await describeWith('guests', `A guest that starts with ${name} of ours`, () => {
    let said: FirstBootReport
    const made = (file: string) => said.made.get(file)?.content?.toString()
    beforeAll(async () => {
      said = await bootServer({ format, bus })
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
