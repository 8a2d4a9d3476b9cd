import { expect, it } from 'vitest'
import { silentLog } from '@novakit/core'
import { serve } from '@novakit/http-kit'
import { noCloudFiles } from '../../src/build/no-cloud.ts'
import { EC2_VERSIONS } from '../../src/build/versions.ts'
import { firstBoot } from '../../src/first-boot/first-boot.ts'
import { readImage } from '../../src/image/read/read-image.ts'
import { metadataService } from '../../src/service/metadata-service.ts'
import { aNic, anAddress, aServer, aV6Address } from '../support/server.ts'
import { describeWithCloudInit, unpacked } from '../support/cloud-init.ts'
import { sourceOf } from '../support/source.ts'

interface Seen {
  readonly found: boolean
  readonly version: unknown
  readonly instance: string
  readonly hostname: string
  readonly keys: readonly string[]
  readonly zone: string
  readonly userdata: string
  readonly vendordata: unknown
  readonly vendordata2: unknown
  readonly random: number
  readonly metadata: Readonly<Record<string, unknown>>
  readonly network: unknown
  readonly files: Readonly<Record<string, string>>
  readonly ec2: Readonly<Record<string, unknown>>
}

const server = aServer({
  metadata: { Schlüssel: 'Wert \u{1f600}\n', __other__: '' },
  userData: Buffer.from('#cloud-config\nruncmd: [echo "\u{1f600}"]\n'),
  files: [
    { path: '/etc/motd', content: Buffer.from('Willkommen ☺\n') },
    { path: '/etc/app/app.conf', content: Buffer.from('a=1\n') },
  ],
  adminPassword: 'pass wörd',
  launchIndex: 3,
  nics: [aNic({ fixedIps: [anAddress(), aV6Address()] })],
})

/** What cloud-init must have understood, from wherever it has it. */
const understood = {
  found: true,
  instance: server.server,
  hostname: 'web-1',
  keys: [server.keys[0]!.data],
  zone: 'nova',
  userdata: Buffer.from(server.userData!).toString(),
  vendordata: '#cloud-config\nssh_pwauth: false\n',
  random: 512,
}

await describeWithCloudInit('the real cloud-init', (ask) => {
  it.each(['iso9660', 'vfat'] as const)('takes everything from a config drive (%s)', async (format) => {
    const image = readImage(await firstBoot().configDrive(server, format))
    const files = image.entries.flatMap((entry) =>
      entry.kind === 'file' ? [{ path: entry.path, content: entry.content() }] : [],
    )
    const [seen] = await ask<Seen>(['drive', await unpacked(files)])
    expect(seen).toMatchObject({
      ...understood,
      version: 2,
      metadata: {
        meta: server.metadata,
        name: server.name,
        admin_pass: 'pass wörd',
        launch_index: 3,
        'local-hostname': 'web-1.novalocal',
      },
      files: { '/etc/motd': 'Willkommen ☺\n', '/etc/app/app.conf': 'a=1\n' },
      ec2: { 'local-ipv4': '10.0.0.5', 'public-ipv4': '203.0.113.9', 'instance-type': 'm1.small' },
    })
    expect(seen!.metadata).toMatchObject({ devices: [{ type: 'nic' }, { type: 'disk' }] })
    expect(seen!.network).toMatchObject({
      links: [{ id: 'tapcd9f6d46-4a' }],
      networks: [{ id: 'network0' }, { id: 'network1' }],
    })
  })

  it('takes everything from the live metadata service, and has every version of EC2’s tree', async () => {
    const identify = () => ({ kind: 'server' as const, server: server.server, project: null })
    const dynamic = async () => ({ 'cloud-init': '#cloud-config\nntp: {enabled: true}\n' })
    const handler = metadataService({ source: sourceOf(server), identify, dynamic })
    const { url, close } = await serve(handler, { host: '127.0.0.1', port: 0, log: silentLog })
    try {
      const versions = [...EC2_VERSIONS, 'latest'].map((version) => ['ec2_tree', url, version] as const)
      const [seen, ...trees] = await ask<Seen>(['service', url], ...versions)
      expect(seen).toMatchObject({ ...understood, version: 2, vendordata2: '#cloud-config\nntp: {enabled: true}\n' })
      expect(seen!.metadata).not.toHaveProperty('admin_pass')
      expect(seen!.metadata).toMatchObject({ meta: server.metadata, project_id: server.project })
      for (const tree of trees) {
        expect(tree).toMatchObject({
          userdata: understood.userdata,
          metadata: {
            'instance-id': 'i-5b3f7a1e6a0e4f6c9',
            hostname: 'web-1.novalocal',
            'public-keys': { mykey: [server.keys[0]!.data.trim()] },
          },
        })
      }
      expect(trees.at(-1)!.metadata).toMatchObject({
        'block-device-mapping': { root: '/dev/sda1', ami: 'sda1' },
        placement: { 'availability-zone': 'nova' },
      })
    } finally {
      await close()
    }
  })

  it('takes what NoCloud has from NoCloud’s files', async () => {
    const [seen] = await ask<Seen>(['no_cloud', await unpacked(noCloudFiles(server))])
    expect(seen).toMatchObject({
      found: true,
      instance: server.server,
      hostname: 'web-1',
      keys: [server.keys[0]!.data.trim()],
      userdata: understood.userdata,
      vendordata: understood.vendordata,
      network: { version: 2, ethernets: { nic0: { match: { macaddress: 'fa:16:3e:9c:bf:3d' } } } },
    })
  })
})
