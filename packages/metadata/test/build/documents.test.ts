import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FirstBootInput, Json } from '@novakit/core'
import { configDriveFiles } from '../../src/build/config-drive-files.ts'
import { ec2Node, ec2Text } from '../../src/build/ec2-text.ts'
import { ec2Tree } from '../../src/build/ec2-tree.ts'
import { jsonText } from '../../src/build/json-text.ts'
import type { ConfigDriveOptions } from '../../src/build/config-drive-files.ts'
import { noCloudFiles } from '../../src/build/no-cloud.ts'
import { parse } from 'yaml'
import { anImage, aServer } from '../support/server.ts'

function document(input: FirstBootInput, name: string, options?: ConfigDriveOptions): unknown {
  const file = configDriveFiles(input, options).find(({ path }) => path === `openstack/latest/${name}`)!
  return JSON.parse(Buffer.from(file.content).toString())
}

/** Half pairs, control characters, everything: what JSON.parse gives back is what came. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })

describe('jsonText', () => {
  it('writes what Python’s json.dumps writes', () => {
    expect(jsonText({ a: [1, 'ä', null, true], 'é\u007f': { b: {} }, c: [], d: '\u2028"\\\n\u{1f600}' })).toBe(
      '{"a": [1, "\\u00e4", null, true], "\\u00e9\\u007f": {"b": {}}, "c": [], "d": "\\u2028\\"\\\\\\n\\ud83d\\ude00"}',
    )
  })

  it('is read back as what was written, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const once = JSON.parse(JSON.stringify(value)) as Json
        expect(JSON.parse(jsonText(once))).toEqual(once)
        expect(jsonText(once)).toMatch(/^[\x20-\x7e]*$/)
      }),
    )
  })
})

describe('meta_data.json', () => {
  it('carries any metadata, name and key through unchanged', () => {
    const pairs = fc.dictionary(anyText, anyText)
    fc.assert(
      fc.property(pairs, anyText, anyText, (metadata, name, data) => {
        const told = document(aServer({ metadata, name, keys: [{ name, type: 'ssh', data }] }), 'meta_data.json')
        expect(told).toMatchObject({ name, keys: [{ name, type: 'ssh', data }] })
        expect((told as { meta?: object }).meta ?? {}).toEqual(metadata)
      }),
    )
  })

  it('takes __proto__ for a key like any other (S-MD: keys that reach for the prototype)', () => {
    const hostile = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>
    const input = aServer({ metadata: hostile, keys: [{ name: '__proto__', type: 'ssh', data: 'k' }] })
    const told = document(input, 'meta_data.json') as { meta: object; public_keys: object }
    expect(Object.entries(told.meta)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(Object.entries(told.public_keys)).toEqual([['__proto__', 'k']])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('shows an x509 key with its kind', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
    const told = document(aServer({ keys: [{ name: 'win', type: 'x509', data: certificate }] }), 'meta_data.json')
    expect(told).toMatchObject({
      keys: [{ name: 'win', type: 'x509', data: certificate }],
      public_keys: { win: certificate },
    })
  })

  it('says nothing of what is not there', () => {
    const bare = aServer({ keys: [], metadata: {}, randomSeed: null, devices: [], zone: null })
    expect(document(bare, 'meta_data.json')).toEqual({
      uuid: bare.server,
      hostname: 'web-1.novalocal',
      name: 'Wëb 1',
      launch_index: 0,
      availability_zone: null,
      project_id: bare.project,
      devices: [],
      dedicated_cpus: [],
    })
  })

  it('puts the operator’s domain after the host name', () => {
    expect(document(aServer(), 'meta_data.json', { domain: 'example.org' })).toMatchObject({
      hostname: 'web-1.example.org',
    })
    expect(document(aServer(), 'meta_data.json', { domain: '' })).toMatchObject({ hostname: 'web-1' })
  })

  it('tells of a NIC in terms that its version has: tags, then VLANs, then trust', () => {
    const mac = 'fa:16:3e:9c:bf:3d'
    const input = aServer({ devices: [{ type: 'nic', bus: 'pci', address: '0000:00:02.0', mac, tags: [] }] })
    const devices = Object.fromEntries(
      configDriveFiles(input)
        .filter(({ path }) => path.endsWith('meta_data.json'))
        .map(({ path, content }) => [
          path.split('/')[1],
          (JSON.parse(Buffer.from(content).toString()) as { devices?: unknown }).devices,
        ]),
    )
    expect(devices['2016-06-30']).toEqual([])
    expect(devices['2017-02-22']).toEqual([])
    expect(devices['2018-08-27']).toEqual([
      { vf_trusted: false, type: 'nic', mac, bus: 'pci', address: '0000:00:02.0' },
    ])
  })
})

describe('vendor data', () => {
  it('is the server’s own, or else the operator’s, or else empty', () => {
    const operators = { vendorData: { from: 'operator' } }
    expect(document(aServer({ vendorData: { from: 'server' } }), 'vendor_data.json', operators)).toEqual({
      from: 'server',
    })
    expect(document(aServer({ vendorData: null }), 'vendor_data.json', operators)).toEqual({ from: 'operator' })
    expect(document(aServer({ vendorData: null }), 'vendor_data.json')).toEqual({})
  })

  it('has what services said under their names, and never under that of the static part', () => {
    const options = {
      dynamicVendorData: JSON.parse('{"join": {"token": 1}, "static": "mine now", "__proto__": 3}') as Record<
        string,
        Json
      >,
    }
    const told = document(aServer({ vendorData: { a: 1 } }), 'vendor_data2.json', options) as object
    expect(Object.entries(told)).toEqual([
      ['static', { a: 1 }],
      ['join', { token: 1 }],
      ['__proto__', 3],
    ])
  })
})

describe('EC2’s tree', () => {
  const text = (input: FirstBootInput, ...path: string[]): string | null => {
    const node = ec2Node(ec2Tree(input, '2009-04-04', {}), path)
    return node === null ? null : Buffer.from(ec2Text(node)).toString()
  }

  it('lists folders with a slash and keys by number and name', () => {
    expect(text(aServer())).toBe('meta-data/\nuser-data')
    expect(text(aServer(), 'meta-data')?.split('\n')).toEqual([
      'ami-id',
      'ami-launch-index',
      'ami-manifest-path',
      'block-device-mapping/',
      'hostname',
      'instance-action',
      'instance-id',
      'instance-type',
      'local-hostname',
      'local-ipv4',
      'placement/',
      'public-hostname',
      'public-ipv4',
      'public-keys/',
      'reservation-id',
      'security-groups',
    ])
    expect(text(aServer(), 'meta-data', 'public-keys')).toBe('0=mykey')
    expect(text(aServer(), 'meta-data', 'public-keys', '0')).toBe('openssh-key')
    expect(text(aServer(), 'meta-data', 'public-keys', '0', 'openssh-key')).toBe(aServer().keys[0]!.data)
  })

  it('has no step into a leaf, a list or a prototype', () => {
    for (const path of [['hostname', 'x'], ['security-groups', '0'], ['__proto__'], ['constructor'], ['toString']]) {
      expect([path, text(aServer({ securityGroups: ['a'] }), 'meta-data', ...path)]).toEqual([path, null])
    }
  })

  it('S-INJ-3: keeps a name on its line, whatever breaks are in it', () => {
    const keys = [{ name: 'a\r\n1=forged\u2028x', type: 'ssh' as const, data: 'k' }]
    const input = aServer({ keys, securityGroups: ['one\ntwo', 'three'] })
    expect(text(input, 'meta-data', 'public-keys')).toBe('0=a 1=forged x')
    expect(text(input, 'meta-data', 'security-groups')).toBe('one two\nthree')
  })

  it('names disks as it is told, and kernels by their images', () => {
    const input = aServer({
      blockDeviceNames: { root: '/dev/vda', ebs0: '/dev/vdb' },
      image: anImage({ ramdisk_id: 'r' }),
      ec2: { kernel: 'aki-1' },
    })
    expect(text(input, 'meta-data', 'block-device-mapping')).toBe('ebs0\nroot')
    expect(text(input, 'meta-data', 'block-device-mapping', 'ebs0')).toBe('/dev/vdb')
    expect(text(input, 'meta-data', 'kernel-id')).toBe('aki-1')
    expect(text(input, 'meta-data', 'ramdisk-id')).toMatch(/^ari-[0-9a-f]{17}$/)
  })
})

describe('NoCloud’s files', () => {
  it('are YAML that says what went in, any Unicode of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (data) => {
        const [metaData] = noCloudFiles(aServer({ keys: [{ name: 'k', type: 'ssh', data }] }))
        const told = parse(Buffer.from(metaData!.content).toString()) as Record<string, unknown>
        expect(told['public-keys']).toEqual([data.trim()])
      }),
    )
  })

  it('are there even without user data: without it the drive would not be believed', () => {
    const files = noCloudFiles(aServer({ userData: null, vendorData: null }))
    expect(files.map(({ path, content }) => [path, content.length > 0])).toEqual([
      ['meta-data', true],
      ['network-config', true],
      ['user-data', false],
    ])
  })
})
