import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ConfigDriveFormat } from '@novakit/core/vocabulary'
import type { FirstBootReport } from '../../../../../tools/guests/guest-report.ts'
import { bootTinyGuest, tinyGuest } from '../../../../../tools/guests/tiny-guest.ts'
import { firstBoot, firstBootInput } from '../../../src/index.ts'
import { inFolder } from '../../image/support/tools.ts'

const mac = 'fa:16:3e:00:00:07'
export const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFirstBoot someone@example'
const script = `#!/bin/sh
mkdir -p /var/lib/told
hostname > /var/lib/told/hostname
ip -o -4 address show scope global | tr -s ' ' | cut -d' ' -f4 > '/var/lib/told/address'
exit 7
`
export const injected = Buffer.from('first line\r\nzweite Zeile: ünïcode 𝄞\n\0\u0001')

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

export interface Machine {
  readonly format: ConfigDriveFormat
  readonly bus: 'ide-cdrom' | 'virtio'
  /** Of a system that does the first boot by itself. */
  readonly root?: string
}

/** Boots a guest with the server's config drive, and hands over what its system says of it. */
export async function bootServer({ format, bus, root }: Machine): Promise<FirstBootReport> {
  const port = firstBoot({ documents: { everyAddress: true } })
  const [guest, image] = await Promise.all([tinyGuest(), port.configDrive(server, format)])
  return inFolder(async (folder) => {
    const file = path.join(folder, 'drive')
    await writeFile(file, image)
    const nics = [{ mac, network: '192.0.2.0/25', network6: '2001:db8:7::/64' }]
    const { firstBoot: said } = await bootTinyGuest(guest, {
      drives: [{ file, bus }],
      nics,
      ...(root === undefined ? { words: ['guest.first-boot'] } : { root, milliseconds: 1_800_000 }),
    })
    if (said === null) throw new Error('The guest did not do as its drive says')
    return said
  })
}
