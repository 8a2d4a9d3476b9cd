import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { GuestReport } from '../../../../tools/guests/guest-report.ts'
import { bootTinyGuest, tinyGuest } from '../../../../tools/guests/tiny-guest.ts'
import { readImage, type ImageFile } from '../../src/image/index.ts'
import { astralNames, awkwardNames, configDrive, file, iso, tooLongForIso, vfat } from './support/files.ts'
import { describeWith, inFolder } from './support/tools.ts'

/** What a drive holds, as a guest should tell it. */
function sums(files: readonly ImageFile[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files.map(({ path: name, content }) => [name, createHash('sha256').update(content).digest('hex')]),
  )
}

function sumsFrom(report: GuestReport, device: string, view: string): Readonly<Record<string, string>> {
  const drive = report.drives.find((each) => each.device === device && each.view === view)
  return Object.fromEntries([...(drive?.files ?? [])].map(([name, { sha256 }]) => [name, sha256]))
}

/** The same files, by the names that Joliet has for them. */
function inJoliet(image: Uint8Array): readonly ImageFile[] {
  return readImage(image, { names: 'joliet' }).entries.flatMap((entry) =>
    entry.kind === 'file' ? [{ path: entry.path, content: entry.content() }] : [],
  )
}

/** At the start of a volume that is larger than the image, and not empty. */
function onVolume(image: Uint8Array): Uint8Array {
  const volume = Buffer.alloc(image.length + 2 ** 20, 0xa5)
  volume.set(image)
  return volume
}

async function boot(drives: readonly { image: Uint8Array; bus: 'ide-cdrom' | 'virtio' }[]): Promise<GuestReport> {
  const guest = await tinyGuest()
  return inFolder(async (folder) => {
    const written = drives.map(({ image, bus }, index) => ({ image, bus, file: path.join(folder, `drive-${index}`) }))
    for (const { image, file } of written) await writeFile(file, image)
    return bootTinyGuest(guest, { drives: written, words: ['guest.joliet'] })
  })
}

await describeWith('guests', 'A guest with a Linux kernel', () => {
  const files = [...configDrive, ...awkwardNames, ...astralNames]
  const forIso = files.filter(({ path: name }) => !tooLongForIso(name))
  const script = { ...file('openstack/run', '#!/bin/sh\n'), mode: 0o755 }
  let report: GuestReport

  beforeAll(async () => {
    report = await boot([
      { image: iso(forIso), bus: 'ide-cdrom' },
      { image: vfat(files), bus: 'virtio' },
      { image: onVolume(iso([script, file('openstack/empty', '')])), bus: 'virtio' },
      { image: onVolume(vfat([file('openstack/latest/user_data', 'of a volume')])), bus: 'virtio' },
    ])
  }, 400_000)

  test('finds a drive by its label', () => expect(report.labelled).toMatch(/^\/dev\//))

  test('reads every file of an ISO 9660 CD-ROM, with names of every length and script', () => {
    expect(sumsFrom(report, 'sr0', 'best')).toEqual(sums(forIso))
  })

  test('reads the same by the names of Joliet', () => {
    expect(sumsFrom(report, 'sr0', 'joliet')).toEqual(sums(inJoliet(iso(forIso))))
  })

  test('reads every file of a FAT disk, with names of every length and script', () => {
    expect(sumsFrom(report, 'vda', 'best')).toEqual(sums(files))
  })

  test('reads FAT from a volume that is larger, and was somebody else’s', () => {
    const drive = report.drives.find(({ device }) => device === 'vdc')
    expect(drive?.files.get('openstack/latest/user_data')?.content?.toString()).toBe('of a volume')
  })

  test('reads ISO 9660 from such a volume as well, modes and contents', () => {
    const drive = report.drives.find(({ device }) => device === 'vdb')
    expect(drive?.fileSystem).toBe('iso9660')
    expect(drive?.files.get('openstack/run')).toMatchObject({ mode: 0o755, content: Buffer.from('#!/bin/sh\n') })
    expect(drive?.files.get('openstack/empty')).toMatchObject({ mode: 0o444, content: Buffer.from('') })
  })
})
