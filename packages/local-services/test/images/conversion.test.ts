import { expect, test } from 'vitest'
import { diskFormats } from '@novakit/core'
import { conversion } from '../../src/images/convert.ts'

test('S-IMG-11, S-CMD-1: qemu-img is told both formats, and paths come after its options', () => {
  for (const format of diskFormats) {
    const { program, args } = conversion({ from: '-a', format, to: '--b', into: 'raw', virtualSize: 1 })
    expect(program).toBe('qemu-img')
    const driver = { qcow2: 'qcow2', vmdk: 'vmdk', vdi: 'vdi', vhd: 'vpc', vhdx: 'vhdx' }[format as string] ?? 'raw'
    expect(args).toEqual(['convert', '-f', driver, '-O', 'raw', '--', '-a', '--b'])
  }
})

test('S-IMG-3: its limits follow from the disk, and no file becomes larger than that and its tables', () => {
  const { limits } = conversion({ from: 'a', format: 'qcow2', to: 'b', into: 'qcow2', virtualSize: 10 * 2 ** 30 })
  expect(limits).toEqual({ memory: 2 ** 30, cpuSeconds: 130, fileSize: 10 * 2 ** 30 + 176 * 2 ** 20, within: 660_000 })
})
