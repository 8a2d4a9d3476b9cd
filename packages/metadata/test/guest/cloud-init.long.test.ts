import { beforeAll, expect, test } from 'vitest'
import type { FirstBootReport } from '../../../../tools/guests/guest-report.ts'
import { debianRoot } from '../../../../tools/guests/tiny-guest.ts'
import { describeWith } from '../image/support/tools.ts'
import { bootServer, injected, key } from './support/boot-server.ts'

const drives = [
  { name: 'an ISO 9660 CD-ROM', format: 'iso9660', bus: 'ide-cdrom' },
  { name: 'a FAT disk', format: 'vfat', bus: 'virtio' },
] as const

for (const { name, format, bus } of drives) {
  await describeWith('guests debian', `Debian's cloud-init in a guest that starts with ${name} of ours`, () => {
    let said: FirstBootReport
    const made = (file: string) => said.made.get(file)?.content?.toString()
    beforeAll(async () => {
      said = await bootServer({ format, bus, root: await debianRoot() })
    }, 3_600_000)

    test('finds the drive', () => expect(said.datasource).toMatch(/^DataSourceConfigDrive /))

    test('sets the hostname', () => expect(said.hostname).toBe('guest-of-ours'))

    test('lets the owner of the ssh key in', () => {
      expect(made('home/debian/.ssh/authorized_keys')?.trim()).toBe(key)
    })

    test('runs the script of the user data', () => {
      expect(made('var/lib/told/hostname')).toBe('guest-of-ours\n')
    })

    test('puts the injected file in its place, byte for byte', () => {
      expect(said.made.get('etc/app/settings of the app.conf')?.content).toEqual(injected)
    })

    test('sets addresses that DHCP would not have given, and reaches its gateway from there', () => {
      // udev has a name of its own for the NIC.
      expect(Object.values(said.dhcp)).toEqual(['192.0.2.15'])
      expect(Object.values(said.addresses)).toEqual([['192.0.2.77/25', '2001:db8:7::77/64']])
      expect(said.reached).toContain('192.0.2.2')
      expect(made('var/lib/told/address')).toBe('192.0.2.77/25\n')
    })

    test('sets routes and MTU', () => {
      expect(said.routes).toContain('198.51.100.0/24 via 192.0.2.2')
      expect(said.routes).toContain('default via 192.0.2.2')
      expect(Object.values(said.mtus)).toEqual([1380])
    })
  })
}
