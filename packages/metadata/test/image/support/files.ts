import { instant } from '@novakit/core'
import { isoImage, readImage, vfatImage, type ImageFile, type IsoNames } from '../../../src/image/index.ts'

/** 2026-02-03 04:05:06.780 UTC. */
export const AT = instant(Date.UTC(2026, 1, 3, 4, 5, 6, 780))

export function file(path: string, content: string | Uint8Array = path): ImageFile {
  return { path, content: typeof content === 'string' ? new TextEncoder().encode(content) : content }
}

/** What a config drive of two versions looks like. */
export const configDrive: readonly ImageFile[] = [
  file('ec2/2009-04-04/meta-data.json', '{"instance-id":"i-00000001"}'),
  file('ec2/latest/meta-data.json', '{"instance-id":"i-00000001"}'),
  ...['2018-08-27', 'latest'].flatMap((version) => [
    file(`openstack/${version}/meta_data.json`, `{"hostname":"web-1","uuid":"of ${version}"}`),
    file(`openstack/${version}/network_data.json`, '{"links":[],"networks":[],"services":[]}'),
    file(`openstack/${version}/user_data`, '#!/bin/sh\necho hello\n'),
    file(`openstack/${version}/vendor_data.json`, '{}'),
  ]),
  file('openstack/content/0000', 'auto lo\niface lo inet loopback\n'),
  file(
    'openstack/content/0001',
    new Uint8Array(70_000).map((_, index) => (index * 7) % 251),
  ),
]

/** Names that a POSIX system takes and that both formats can keep. */
export const awkwardNames: readonly ImageFile[] = [
  '.hidden',
  '..two dots in front',
  'a.b.c.tar.gz',
  'no extension',
  'UPPER.TXT',
  'lower.txt',
  'MiXed.Txt',
  'a~1.txt',
  '~1',
  '-',
  "#$%&'()+,;=@[]^_`{}",
  ' leading space',
  'deep/1/2/3/4/5/6/7/8/9/10/11/12/file',
  'Zürich/Straße.txt',
  'Ελλάδα/λόγος',
  'Россия/файл.txt',
  'עברית/קובץ',
  'العربية/ملف',
  'ไทย/ไฟล์',
  '日本語/名前.txt',
  '한국어/파일',
  'हिन्दी/फ़ाइल',
  'combining/e\u0301.txt',
  'precomposed/\u00e9.txt',
  '\ufeffbyte order mark',
  `${'x'.repeat(64)}/${'y'.repeat(65)}.txt`,
  `${'l'.repeat(103)}.a`,
  `${'l'.repeat(103)}.b`,
  `${'z'.repeat(251)}.txt`,
  `${'z'.repeat(249)}.txt`,
  'é'.repeat(126),
  'é'.repeat(127),
  '語'.repeat(84),
  '語'.repeat(85),
].map((path) => file(path))

/** Beyond the basic plane: kept by Linux; genisoimage and mtools are lost with them. */
export const astralNames: readonly ImageFile[] = ['𐍈𐍉.txt', '🚀/🛰️.json', `${'😀'.repeat(63)}`].map((path) =>
  file(path),
)

/** Enough files in one folder for many blocks of it. */
export const crowd: readonly ImageFile[] = Array.from({ length: 300 }, (_, index) =>
  file(`crowd/file number ${index} of a folder that needs many blocks.txt`),
)

/** FAT keeps names of 255 bytes; of a Rock Ridge name Linux reads 253. */
export function tooLongForIso(path: string): boolean {
  return path.split('/').some((name) => Buffer.byteLength(name) > 253)
}

export function iso(files: readonly ImageFile[]): Uint8Array {
  return isoImage({ label: 'config-2', files, at: AT })
}

export function vfat(files: readonly ImageFile[]): Uint8Array {
  return vfatImage({ label: 'config-2', files, at: AT })
}

/** Path → content, so that two trees can be compared whatever their order. Contents as text in latin1 for fair diffs. */
export type Contents = Readonly<Record<string, string>>

export function contentsOf(files: readonly ImageFile[]): Contents {
  return Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString('latin1')]))
}

export function readBack(image: Uint8Array, names?: IsoNames): Contents {
  const { entries } = readImage(image, names === undefined ? {} : { names })
  return contentsOf(
    entries.flatMap((entry) => (entry.kind === 'file' ? [{ path: entry.path, content: entry.content() }] : [])),
  )
}
