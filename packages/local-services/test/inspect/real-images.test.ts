import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diskFormats, type DiskFormat } from '@novakit/core'
import { missingPrograms } from '../../../../tools/programs.ts'
import { inspect, judge, runOver } from '../../src/inspect/index.ts'
import { flatDescriptor } from '../support/disk-images.ts'

const missing = await missingPrograms('disks')
const CANARY = 'canary of the host '.repeat(300)
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'novakit-images-'))
  writeFileSync(at('canary'), CANARY)
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => path.join(folder, name)
const qemuImg = (...args: readonly string[]): string =>
  execFileSync('qemu-img', args, { encoding: 'utf8', stdio: 'pipe' })

/** QEMU times how fast this machine derives keys, and now and then finds that it took no time at all. */
const NO_TIME = /Unable to get accurate CPU usage/

/** As `qemuImg`, for what derives keys. */
function qemuImgOfKeys(...args: readonly string[]): string {
  for (let tries = 1; ; tries++) {
    try {
      return qemuImg(...args)
    } catch (error) {
      if (tries === 20 || !NO_TIME.test(String(error))) throw error
    }
  }
}

function verdict(name: string, declared: DiskFormat): string {
  const bytes = readFileSync(at(name))
  const fault = judge(runOver(bytes, inspect(bytes.length)), declared, { formats: diskFormats, virtualSize: 2 ** 44 })
  return fault?.code ?? 'taken'
}

describe.skipIf(missing !== null)(`images of a real qemu-img${missing === null ? '' : ` (${missing})`}`, () => {
  test.each([
    ['qcow2', 'qcow2', []],
    ['qcow2', 'qcow2', ['-o', 'compat=0.10']],
    ['qcow2', 'qcow2', ['-o', 'extended_l2=on,cluster_size=128k']],
    ['qcow2', 'qcow2', ['-o', 'compression_type=zstd,cluster_size=2M,preallocation=metadata']],
    ['vmdk', 'vmdk', []],
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
    ['vdi', 'vdi', []],
    ['vdi', 'vdi', ['-o', 'static=on']],
    ['vpc', 'vhd', []],
    ['vpc', 'vhd', ['-o', 'subformat=fixed']],
    ['vhdx', 'vhdx', []],
    ['vhdx', 'vhdx', ['-o', 'subformat=fixed']],
  ] as const)('%s with data in it is taken as %s %j', (theirs, ours, options) => {
    writeFileSync(at('data'), Buffer.alloc(8 * 2 ** 20, 'some data'))
    qemuImg('convert', '-f', 'raw', '-O', theirs, ...options, at('data'), at('image'))
    expect(verdict('image', ours)).toBe('taken')
    const bytes = readFileSync(at('image'))
    const told = JSON.parse(qemuImg('info', '-f', theirs, '--output=json', at('image'))) as { 'virtual-size': number }
    expect(runOver(bytes, inspect(bytes.length)).virtualSize).toBe(told['virtual-size'])
    for (const said of diskFormats) if (said !== ours) expect(verdict('image', said), said).not.toBe('taken')
  })

  const leaks: readonly (readonly [string, DiskFormat, () => void])[] = [
    [
      'qcow2 with a backing file',
      'qcow2',
      () => qemuImg('create', '-f', 'qcow2', '-F', 'raw', '-b', at('canary'), at('leak')),
    ],
    [
      'qcow2 with a backing file in JSON',
      'qcow2',
      () => {
        const backing = `json:{"driver":"raw","file":{"driver":"file","filename":"${at('canary')}"}}`
        qemuImg('create', '-f', 'qcow2', '-F', 'raw', '-b', backing, at('leak'))
      },
    ],
    [
      'qcow2 with an external data file',
      'qcow2',
      () => {
        qemuImg('create', '-f', 'qcow2', '-o', `data_file=${at('spare')},data_file_raw=on`, at('leak'), '1M')
        // Making it cleared the data file; the attacker only needs the header, with another name of that length.
        writeFileSync(at('spare'), CANARY.padEnd(2 ** 20))
      },
    ],
    ['a VMDK descriptor', 'vmdk', () => writeFileSync(at('leak'), flatDescriptor(at('canary')))],
  ]
  test.each(leaks)('%s reads a file of the host when nobody looks, and is refused here', (_, format, make) => {
    rmSync(at('leak'), { force: true })
    make()
    qemuImg('convert', '-f', format, '-O', 'raw', at('leak'), at('leaked'))
    expect(readFileSync(at('leaked'), 'latin1')).toContain('canary of the host')
    for (const said of diskFormats) expect(verdict('leak', said), said).not.toBe('taken')
  })

  test('a disk of 1 PiB in a small file is refused', () => {
    qemuImg('create', '-f', 'qcow2', '-o', 'cluster_size=2M', at('huge'), '1P')
    expect(verdict('huge', 'qcow2')).toBe('virtual_size')
  })

  test.each(['monolithicFlat', 'twoGbMaxExtentSparse', 'twoGbMaxExtentFlat'])(
    'a VMDK of the kind %s is refused',
    (kind) => {
      qemuImg('create', '-f', 'vmdk', '-o', `subformat=${kind}`, at(`${kind}.vmdk`), '1M')
      expect(verdict(`${kind}.vmdk`, 'vmdk')).toBe('foreign_extents')
    },
  )

  test('a VMDK and a qcow2 that are encrypted or linked are refused', () => {
    qemuImg('create', '-f', 'vmdk', at('parent.vmdk'), '1M')
    qemuImg('create', '-f', 'vmdk', '-F', 'vmdk', '-b', at('parent.vmdk'), at('child.vmdk'))
    expect(verdict('child.vmdk', 'vmdk')).toBe('backing_file')
    const secret = ['--object', 'secret,id=key,data=secret']
    qemuImgOfKeys(
      'create',
      '-f',
      'qcow2',
      ...secret,
      '-o',
      'encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10',
      at('sealed'),
      '1M',
    )
    expect(verdict('sealed', 'qcow2')).toBe('encrypted')
  })
})
