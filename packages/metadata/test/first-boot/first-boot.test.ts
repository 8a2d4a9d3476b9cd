import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConfigDriveFormat, FirstBootInput } from '@novakit/core'
import { usualFileLimits } from '../../src/build/check-input.ts'
import { configDriveFiles } from '../../src/build/config-drive-files.ts'
import { firstBoot } from '../../src/first-boot/first-boot.ts'
import { readImage } from '../../src/image/read/read-image.ts'
import { metadataService } from '../../src/service/metadata-service.ts'
import { aServer } from '../support/server.ts'
import { sourceOf } from '../support/source.ts'

/** The files of a drive by their paths. */
async function drive(input: FirstBootInput, format: ConfigDriveFormat, options = {}): Promise<Map<string, Buffer>> {
  const image = readImage(await firstBoot(options).configDrive(input, format))
  expect([image.format, image.label]).toEqual([format, 'config-2'])
  return new Map(
    image.entries.flatMap((entry) => (entry.kind === 'file' ? [[entry.path, Buffer.from(entry.content())]] : [])),
  )
}

const files = fc.array(
  fc.record({
    path: fc.constantFrom('/etc/motd', 'relative/path', '/ünïcode/\u{1f600}', '/a b/c'),
    content: fc.uint8Array({ maxLength: usualFileLimits.bytes, size: 'max' }),
  }),
  { maxLength: usualFileLimits.files },
)
const anything = fc.record({
  name: fc.string({ unit: 'binary' }),
  metadata: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
  userData: fc.option(fc.uint8Array({ maxLength: 2000 })),
  files,
})

describe('what a server is to be told', () => {
  it.each(['iso9660', 'vfat'] as const)('comes through a drive byte for byte, whatever it is (%s)', async (format) => {
    await fc.assert(
      fc.asyncProperty(anything, async (given) => {
        const input = aServer(given)
        const read = await drive(input, format)
        const written = configDriveFiles(input)
        expect([...read.keys()].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
          written.map(({ path }) => path).toSorted((a, b) => (a < b ? -1 : 1)),
        )
        for (const { path, content } of written) expect(read.get(path)!.equals(content)).toBe(true)
      }),
      { numRuns: format === 'iso9660' ? 40 : 10 },
    )
  })

  it('comes through the service as it is on the drive, but for what is for the drive alone', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (given) => {
        const input = aServer({ ...given, files: [], adminPassword: null })
        const identify = () => ({ kind: 'server' as const, server: input.server, project: null })
        const service = metadataService({ source: sourceOf(input), identify })
        for (const [path, content] of await drive(input, 'iso9660')) {
          if (path.startsWith('ec2/')) continue
          const response = await service(new Request(`http://169.254.169.254/${path}`))
          expect([path, response.status]).toEqual([path, 200])
          expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true)
        }
      }),
      { numRuns: 20 },
    )
  })
})

describe('firstBoot', () => {
  it('makes the same bytes of the same input, whenever it is asked', async () => {
    const [one, two] = [
      await firstBoot().configDrive(aServer(), 'iso9660'),
      await firstBoot().configDrive(aServer(), 'iso9660'),
    ]
    expect(Buffer.from(one).equals(two)).toBe(true)
  })

  it('refuses what must not reach a guest, and says what it is', async () => {
    const wrong = aServer({ files: [{ path: '/etc/../../x', content: new Uint8Array() }] })
    await expect(firstBoot().configDrive(wrong, 'iso9660')).rejects.toMatchObject({
      code: 'first_boot.invalid',
      kind: 'invalid',
      message: expect.stringContaining('injected file 1 leads upwards') as string,
    })
  })

  it('puts what services say of the server on the drive', async () => {
    const asked: string[] = []
    const dynamic = async ({ server }: FirstBootInput) => {
      asked.push(server)
      return { join: { domain: 'example.org' } }
    }
    const read = await drive(aServer(), 'iso9660', { dynamic })
    expect(JSON.parse(read.get('openstack/latest/vendor_data2.json')!.toString())).toMatchObject({
      join: { domain: 'example.org' },
    })
    expect(read.get('openstack/latest/vendor_data.json')!.toString()).not.toContain('join')
    expect(asked).toEqual([aServer().server])
  })

  it('fails as the services do, where the operator wants it so', async () => {
    const dynamic = () => Promise.reject(new Error('down'))
    await expect(firstBoot({ dynamic }).configDrive(aServer(), 'iso9660')).rejects.toThrow('down')
  })

  it('has the operator’s domain, vendor data and limits', async () => {
    const options = {
      documents: { domain: 'example.org', vendorData: { a: 1 } },
      fileLimits: { files: 1, bytes: 5, pathBytes: 9 },
    }
    const read = await drive(aServer({ vendorData: null }), 'vfat', options)
    expect(JSON.parse(read.get('openstack/latest/meta_data.json')!.toString())).toMatchObject({
      hostname: 'web-1.example.org',
    })
    expect(read.get('openstack/latest/vendor_data.json')!.toString()).toBe('{"a": 1}')
    const long = aServer({ files: [{ path: '/etc/motd', content: Buffer.from('123456') }] })
    await expect(firstBoot(options).configDrive(long, 'vfat')).rejects.toMatchObject({ code: 'first_boot.invalid' })
  })
})
