import { describe, expect, test } from 'vitest'
import { diskFormats, type DiskFormat } from '@novakit/core'
import { inspect, judge, runOver, type FaultCode, type ImageLimits } from '../../src/inspect/index.ts'
import * as images from '../support/disk-images.ts'

const TiB = 2 ** 40
const limits: ImageLimits = { formats: diskFormats, virtualSize: 16 * TiB }

function verdict(bytes: Buffer, declared: DiskFormat): FaultCode | 'taken' {
  return judge(runOver(bytes, inspect(bytes.length)), declared, limits)?.code ?? 'taken'
}

const kinds = Object.keys(images.good) as (keyof typeof images.good)[]

describe('S-IMG-10: what is said to be one format and holds another is refused', () => {
  for (const real of kinds) {
    for (const said of kinds) {
      test(`${real} said to be ${said}`, () => {
        expect(verdict(images.good[real](), said)).toBe(real === said ? 'taken' : 'format_differs')
      })
    }
  }

  test('a kernel, a ramdisk and a machine image have no mark of their own, and no other', () => {
    for (const said of ['aki', 'ari', 'ami'] as const) {
      expect(verdict(images.good.raw(), said)).toBe('taken')
      expect(verdict(images.good.qcow2(), said)).toBe('format_differs')
    }
  })

  test('raw disks may have partitions, and hybrid ISO images a boot sector', () => {
    for (const type of [0x83, 0xee]) {
      expect(verdict(images.partitioned(type), 'raw')).toBe('taken')
      expect(verdict(images.partitioned(type, images.iso()), 'iso')).toBe('taken')
    }
    const seen = (bytes: Buffer) => runOver(bytes, inspect(bytes.length)).partitionTable
    expect([seen(images.partitioned(0x83)), seen(images.partitioned(0xee)), seen(images.good.raw())]).toEqual([
      'mbr',
      'gpt',
      null,
    ])
  })

  test.each([
    ['ISO and qcow2', () => overlay(images.iso(), images.qcow2()), 'iso'],
    ['ISO and qcow2', () => overlay(images.iso(), images.qcow2()), 'qcow2'],
    ['ISO and VMDK', () => overlay(images.iso(), images.vmdk()), 'iso'],
    ['GPT and qcow2', () => images.partitioned(0xee, images.qcow2()), 'qcow2'],
    ['GPT and qcow2', () => images.partitioned(0xee, images.qcow2()), 'raw'],
    ['MBR and VDI', () => images.partitioned(0x83, images.vdi()), 'vdi'],
    ['VHD and qcow2', () => Buffer.concat([images.qcow2(), images.vhd({ type: 2 })]), 'qcow2'],
    ['VHD and a raw disk', () => Buffer.concat([images.partitioned(0x83), images.vhd({ type: 2 })]), 'raw'],
  ] as const)('a file that is %s at once is not taken as %s', (_, make, said) => {
    expect(['polyglot', 'format_differs']).toContain(verdict(make(), said))
  })

  test.each([
    ['qed', images.qed(), 'banned_format'],
    ['LUKS 1', images.luks(1), 'encrypted'],
    ['LUKS 2', images.luks(2), 'encrypted'],
    ['ploop', Buffer.from('WithoutFreeSpace'.padEnd(4096, '\0')), 'banned_format'],
    ['qcow 1', images.qcow2({ version: 1 }), 'unknown_feature'],
  ] as const)('%s is refused whatever it is said to be', (_, bytes, code) => {
    for (const said of diskFormats) expect(verdict(bytes, said)).toBe(code)
  })
})

describe('S-IMG-9: a qcow2 image stands by itself', () => {
  test.each([
    ['a backing file', images.qcow2({ backing: '/etc/passwd' }), 'backing_file'],
    ['a backing file in version 2', images.qcow2({ version: 2, backing: '/etc/passwd' }), 'backing_file'],
    [
      'a backing file as JSON',
      images.qcow2({ backing: 'json:{"driver":"raw","file":{"filename":"/etc/passwd"}}' }),
      'backing_file',
    ],
    ['an external data file', images.qcow2({ dataFile: '/etc/passwd' }), 'external_data_file'],
    ['the feature bit of one, and no name', images.qcow2({ incompatible: 4n }), 'external_data_file'],
    ['an unknown incompatible feature', images.qcow2({ incompatible: 1n << 40n }), 'unknown_feature'],
    ['the mark of corruption', images.qcow2({ incompatible: 2n }), 'corrupt'],
    ['encryption', images.qcow2({ crypt: 2 }), 'encrypted'],
    ['clusters of 2^60 bytes', images.qcow2({ clusterBits: 60 }), 'malformed'],
    ['a first table of 4 GiB entries', images.qcow2({ l1Entries: 0xffffffff }), 'malformed'],
    ['a first table that is too short', images.qcow2({ l1Entries: 1 }), 'malformed'],
  ] as const)('not one with %s', (_, bytes, code) => {
    expect(verdict(bytes, 'qcow2')).toBe(code)
  })

  test('the name of a data file is found behind other extensions, and without its feature bit', () => {
    const bytes = images.qcow2({ dataFile: '/etc/passwd' })
    bytes.writeBigUInt64BE(0n, 72)
    expect(verdict(bytes, 'qcow2')).toBe('external_data_file')
  })

  test('version 2, lazy refcounts left dirty, other compression and extended entries are taken', () => {
    for (const options of [
      { version: 2 },
      { incompatible: 1n },
      { incompatible: 8n },
      { incompatible: 16n, l1Entries: 4 },
    ]) {
      expect(verdict(images.qcow2(options), 'qcow2')).toBe('taken')
    }
  })

  test('S-IMG-2: a disk of 1 PiB is refused, by what the limit says', () => {
    const bytes = images.qcow2({ virtualSize: 2n ** 50n, clusterBits: 21 })
    expect(verdict(bytes, 'qcow2')).toBe('virtual_size')
    expect(judge(runOver(bytes, inspect(bytes.length)), 'qcow2', { ...limits, virtualSize: 2 ** 50 })).toBeNull()
  })
})

describe('S-IMG-8: a VMDK is one file', () => {
  const descriptor = (change: (text: string) => string): Buffer =>
    images.vmdk({ descriptor: change(images.goodDescriptor) })
  test.each([
    ['a descriptor alone', images.flatDescriptor('/etc/passwd'), 'foreign_extents'],
    ['one that does not say so', Buffer.from('#\n \nversion=1\nRW 8 FLAT "/etc/passwd" 0\n'), 'foreign_extents'],
    ['a part of an ESX image', Buffer.from('COWD'.padEnd(4096, '\0')), 'foreign_extents'],
    ['no capacity of its own', images.vmdk({ capacity: 0n }), 'foreign_extents'],
    ['another kind', descriptor((text) => text.replace('monolithicSparse', 'monolithicFlat')), 'foreign_extents'],
    ['an extent elsewhere', descriptor((text) => text.replace('disk.vmdk', '/etc/passwd')), 'foreign_extents'],
    ['an extent above', descriptor((text) => text.replace('"disk.vmdk"', '".."')), 'foreign_extents'],
    [
      'a flat extent',
      descriptor((text) => text.replace('SPARSE "disk.vmdk"', 'FLAT "disk.vmdk" 0')),
      'foreign_extents',
    ],
    ['two extents', descriptor((text) => `${text}RW 1 SPARSE "more.vmdk"\n`), 'foreign_extents'],
    ['a parent', descriptor((text) => text.replace('ffffffff', '00000001')), 'backing_file'],
    ['the name of a parent', descriptor((text) => `${text}parentFileNameHint="/etc/passwd"\n`), 'backing_file'],
    ['a kind that is said twice', descriptor((text) => `${text}createType="monolithicFlat"\n`), 'malformed'],
    ['a footer that differs', images.vmdk({ footer: (second) => second.writeBigUInt64LE(99n, 28) }), 'malformed'],
  ] as const)('not %s', (_, bytes, code) => {
    expect(verdict(bytes, 'vmdk')).toBe(code)
    expect(verdict(bytes, 'raw')).not.toBe('taken')
  })

  test('a parent hidden behind a zero, where QEMU looks for it all the same, is found', () => {
    expect(
      verdict(
        descriptor((text) => `${text}\0parentFileNameHint="/etc/passwd"\n`),
        'vmdk',
      ),
    ).toBe('backing_file')
  })

  test('a stream with its footer is taken', () => {
    const stream = images.vmdk({
      descriptor: images.goodDescriptor.replace('monolithicSparse', 'streamOptimized'),
      footer: () => undefined,
    })
    expect(verdict(stream, 'vmdk')).toBe('taken')
  })
})

describe('other formats', () => {
  test.each([
    ['a VDI that differs from a parent', images.vdi({ parent: true }), 'vdi', 'backing_file'],
    ['a VDI of another type', images.vdi({ type: 4 }), 'vdi', 'backing_file'],
    ['a differencing VHD', images.vhd({ type: 4 }), 'vhd', 'backing_file'],
    ['a VHD with a parent', images.vhd({ parent: true }), 'vhd', 'backing_file'],
    ['a VHDX with a parent', images.vhdx({ parent: true }), 'vhdx', 'backing_file'],
    ['a VHDX of 1 PiB', images.vhdx({ size: 2n ** 50n }), 'vhdx', 'virtual_size'],
    ['a VDI of 1 PiB whose map is not there', images.vdi({ size: 2n ** 50n }), 'vdi', 'truncated'],
  ] as const)('%s is refused', (_, bytes, said, code) => {
    expect(verdict(bytes, said)).toBe(code)
  })

  test('a fixed VHD, whose only mark is at its end, is taken as one and not as raw', () => {
    expect(verdict(images.vhd({ type: 2 }), 'vhd')).toBe('taken')
    expect(verdict(images.vhd({ type: 2 }), 'raw')).toBe('format_differs')
  })
})

test('headers that are cut off anywhere are refused, or hold nothing any more', () => {
  for (const kind of ['qcow2', 'vmdk', 'vdi', 'vhd', 'vhdx'] as const) {
    const whole = images.good[kind]()
    for (let length = 1; length < Math.min(whole.length, 600); length += 7) {
      expect(verdict(whole.subarray(0, length), kind), `${kind} of ${length} bytes`).not.toBe('taken')
    }
  }
})

function overlay(below: Buffer, above: Buffer): Buffer {
  const copy = Buffer.from(below)
  above.copy(copy, 0, 0, Math.min(above.length, 0x8000))
  return copy
}
