import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { missingPrograms, type Programs } from '../../../../../tools/programs.ts'
import type { ImageFile } from '../../../src/image/index.ts'
import { contentsOf, type Contents } from './files.ts'

/** Some of the programs live where only root looks. */
const env = {
  ...process.env,
  PATH: `${process.env['PATH']}:/usr/sbin:/sbin`,
  LC_ALL: 'C.UTF-8',
  MTOOLS_SKIP_CHECK: '1',
}

/** Runs a program. @throws Error with what it said, unless it ends well */
export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(program, args, { env, maxBuffer: 2 ** 26 })
  return stdout + stderr
}

/** Tests that need programs of ours; where they are not to be had, one skipped test says why. */
export async function describeWith(programs: Programs, title: string, tests: () => void): Promise<void> {
  const missing = await missingPrograms(programs)
  if (missing === null) describe(title, tests)
  else test.skip(`${title} (skipped: ${missing})`, () => undefined)
}

/** A folder of its own that is gone afterwards. */
export async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'novakit-image-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function writeTree(folder: string, files: readonly ImageFile[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { path: name, content } of files) {
    const place = path.join(folder, name)
    await mkdir(path.dirname(place), { recursive: true })
    await writeFile(place, content)
  }
}

export async function readTree(folder: string): Promise<Contents> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  return contentsOf(
    await Promise.all(
      files.map(async (name) => ({ path: path.relative(folder, name), content: await readFile(name) })),
    ),
  )
}

/** Through xorriso, by Rock Ridge. */
export function extractIso(image: Uint8Array): Promise<Contents> {
  return inFolder(async (folder) => {
    const name = path.join(folder, 'image.iso')
    await writeFile(name, image)
    await run('xorriso', '-osirrox', 'on', '-indev', name, '-extract', '/', path.join(folder, 'tree'))
    await run('chmod', '-R', 'u+w', path.join(folder, 'tree'))
    return readTree(path.join(folder, 'tree'))
  })
}

/** Through mtools, by long names. */
export function extractVfat(image: Uint8Array): Promise<Contents> {
  return inFolder(async (folder) => {
    const name = path.join(folder, 'image.vfat')
    await writeFile(name, image)
    await mkdir(path.join(folder, 'tree'))
    const names = (await run('mdir', '-b', '-i', name, '::/')).split('\n').filter((line) => line.startsWith('::/'))
    if (names.length > 0) await run('mcopy', '-s', '-Q', '-i', name, '::/*', path.join(folder, 'tree'))
    return readTree(path.join(folder, 'tree'))
  })
}

/** What genisoimage makes of the same files with Nova's options. */
export function genisoimage(files: readonly ImageFile[], ...more: readonly string[]): Promise<Buffer> {
  return inFolder(async (folder) => {
    await writeTree(path.join(folder, 'tree'), files)
    const name = path.join(folder, 'image.iso')
    const options = ['-ldots', '-allow-lowercase', '-allow-multidot', '-l', '-publisher', 'a test', '-J', '-r']
    await run('genisoimage', '-quiet', '-o', name, ...options, ...more, '-V', 'config-2', path.join(folder, 'tree'))
    return readFile(name)
  })
}

/** What mkfs.vfat and mcopy make of the same files. */
export function mkfsVfat(files: readonly ImageFile[], bytes = 64 * 2 ** 20): Promise<Buffer> {
  return inFolder(async (folder) => {
    await writeTree(path.join(folder, 'tree'), files)
    const name = path.join(folder, 'image.vfat')
    await run('truncate', '-s', String(bytes), name)
    await run('mkfs.vfat', '-n', 'config-2', name)
    const top = await readdir(path.join(folder, 'tree'))
    const places = top.map((each) => path.join(folder, 'tree', each))
    if (top.length > 0) await run('mcopy', '-s', '-Q', '-i', name, ...places, '::')
    return readFile(name)
  })
}
