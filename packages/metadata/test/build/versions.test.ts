import { describe, expect, it } from 'vitest'
import type { FirstBootInput } from '@novakit/core'
import { configDriveFiles } from '../../src/build/config-drive-files.ts'
import { EC2_VERSIONS, OPENSTACK_VERSIONS, openstackVersionsOn } from '../../src/build/versions.ts'
import { aNic, anAddress, anImage, aServer, aV6Address } from '../support/server.ts'

/** With something of everything that the documents speak of; the seed is short so that one can read them. */
const full: FirstBootInput = aServer({
  image: anImage({ kernel_id: '8f3c0e6a-0000-4000-8000-000000000001' }),
  randomSeed: Buffer.from('seed'),
  nics: [aNic({ fixedIps: [anAddress(), aV6Address()] })],
  files: [{ path: '/etc/motd', content: Buffer.from('Welcome.\n') }],
  adminPassword: 'only on the drive',
  dedicatedCpus: [5, 3],
  securityGroups: ['default', 'web'],
})

const texts = new Map(
  configDriveFiles(full, { ec2Versions: [...EC2_VERSIONS, 'latest'] }).map(({ path, content }) => [
    path,
    Buffer.from(content).toString(),
  ]),
)

function shown(folder: string): string {
  const files = [...texts].filter(([path]) => path.startsWith(`${folder}/`))
  const manifest = `"ami-manifest-path": "${'FIX'}ME"`
  return files.map(([path, text]) => `--- ${path}\n${text.replace(manifest, '"ami-manifest-path": …')}\n`).join('')
}

describe('the files of every version', () => {
  it.each(OPENSTACK_VERSIONS)('are those of openstack/%s, byte for byte', async (version) => {
    await expect(shown(`openstack/${version}`)).toMatchFileSnapshot(`golden/openstack-${version}.txt`)
  })

  it.each(EC2_VERSIONS)('are those of ec2/%s, byte for byte', async (version) => {
    await expect(shown(`ec2/${version}`)).toMatchFileSnapshot(`golden/ec2-${version}.txt`)
  })

  it('are under latest what they are under the newest date', () => {
    const [newest, newestOfEc2] = [OPENSTACK_VERSIONS.at(-1)!, EC2_VERSIONS.at(-1)!]
    const renamed = (text: string) => text.replaceAll(/(?<=--- \w+\/)[^/]+/g, '')
    expect(renamed(shown('openstack/latest'))).toBe(renamed(shown(`openstack/${newest}`)))
    expect(renamed(shown('ec2/latest'))).toBe(renamed(shown(`ec2/${newestOfEc2}`)))
  })
})

/** The first version that has it (nova/api/metadata/base.py). */
const files = {
  'meta_data.json': '2012-08-10',
  user_data: '2012-08-10',
  'vendor_data.json': '2013-10-17',
  'network_data.json': '2015-10-15',
  'vendor_data2.json': '2016-10-06',
}
const keys = {
  uuid: '2012-08-10',
  meta: '2012-08-10',
  files: '2012-08-10',
  admin_pass: '2012-08-10',
  public_keys: '2012-08-10',
  keys: '2012-08-10',
  hostname: '2012-08-10',
  name: '2012-08-10',
  launch_index: '2012-08-10',
  availability_zone: '2012-08-10',
  random_seed: '2013-04-04',
  project_id: '2015-10-15',
  devices: '2016-06-30',
  dedicated_cpus: '2020-10-14',
}
const deviceKeys = { vlan: '2017-02-22', vf_trusted: '2018-08-27', tags: '2016-06-30', share_id: '2025-04-04' }
const ec2Keys = {
  'ami-id': '1.0',
  'ami-launch-index': '1.0',
  'ami-manifest-path': '1.0',
  'instance-id': '1.0',
  hostname: '1.0',
  'local-ipv4': '1.0',
  'reservation-id': '1.0',
  'security-groups': '1.0',
  'public-keys': '1.0',
  'local-hostname': '2007-01-19',
  'public-hostname': '2007-01-19',
  'public-ipv4': '2007-01-19',
  'instance-type': '2007-08-29',
  'block-device-mapping': '2007-12-15',
  'kernel-id': '2007-12-15',
  placement: '2008-02-01',
  'instance-action': '2008-09-01',
}

function knownAt(table: Readonly<Record<string, string>>, version: string): readonly string[] {
  return Object.keys(table).filter((name) => table[name]! <= version)
}

describe('what a version does not know', () => {
  it.each(OPENSTACK_VERSIONS)('is not in openstack/%s, and what it knows is', (version) => {
    const names = [...texts.keys()].filter((path) => path.startsWith(`openstack/${version}/`))
    expect(new Set(names.map((path) => path.split('/')[2]))).toEqual(new Set(knownAt(files, version)))
    const text = texts.get(`openstack/${version}/meta_data.json`)!
    const metaData = JSON.parse(text) as Record<string, unknown>
    expect(Object.keys(metaData).toSorted()).toEqual(knownAt(keys, version).toSorted())
    const devices = JSON.stringify(metaData['devices'] ?? [])
    for (const [key, since] of Object.entries(deviceKeys)) {
      expect([key, devices.includes(`"${key}"`)]).toEqual([key, version >= since])
    }
  })

  it.each(EC2_VERSIONS)('is not in ec2/%s, and what it knows is', (version) => {
    const metaData = JSON.parse(texts.get(`ec2/${version}/meta-data.json`)!) as object
    expect(Object.keys(metaData).toSorted()).toEqual(knownAt(ec2Keys, version).toSorted())
  })

  it('is a version of the future, which is not listed before its day', () => {
    expect(openstackVersionsOn('2016-10-05')).toEqual([
      '2012-08-10',
      '2013-04-04',
      '2013-10-17',
      '2015-10-15',
      '2016-06-30',
      'latest',
    ])
    expect(openstackVersionsOn('2016-10-06')).toContain('2016-10-06')
    expect(openstackVersionsOn('2025-04-04')).toEqual([...OPENSTACK_VERSIONS, 'latest'])
  })
})

describe('a config drive', () => {
  it('has EC2’s files of the last version alone unless told otherwise, as Nova’s', () => {
    const paths = configDriveFiles(full).map(({ path }) => path)
    expect(paths.filter((path) => path.startsWith('ec2/'))).toEqual([
      'ec2/2009-04-04/user-data',
      'ec2/2009-04-04/meta-data.json',
      'ec2/latest/user-data',
      'ec2/latest/meta-data.json',
    ])
  })

  it('has no user data file where there is no user data', () => {
    const paths = configDriveFiles(aServer({ userData: null })).map(({ path }) => path)
    expect(paths.filter((path) => /user.data/.test(path))).toEqual([])
    expect(paths).toContain('openstack/latest/meta_data.json')
  })

  it('has injected files by number, and tells their places', () => {
    const files = [
      { path: '/etc/one', content: Buffer.from('1') },
      { path: '/etc/two', content: Buffer.from('2') },
    ]
    const drive = new Map(
      configDriveFiles(aServer({ files, interfacesFile: 'auto lo\n' })).map(({ path, content }) => [
        path,
        Buffer.from(content).toString(),
      ]),
    )
    expect(JSON.parse(drive.get('openstack/latest/meta_data.json')!)).toMatchObject({
      network_config: { name: 'network_config', content_path: '/content/0000' },
      files: [
        { path: '/etc/one', content_path: '/content/0001' },
        { path: '/etc/two', content_path: '/content/0002' },
      ],
    })
    expect(['0000', '0001', '0002'].map((id) => drive.get(`openstack/content/${id}`))).toEqual(['auto lo\n', '1', '2'])
  })
})
