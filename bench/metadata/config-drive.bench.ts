import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { configDriveImage, readImage, type ImageFile } from '@novakit/metadata'
import { instant } from '@novakit/core'

interface Workload {
  readonly about: string
  readonly versions: readonly string[]
  /** Bytes of each document of a version. */
  readonly documents: Readonly<Record<string, number>>
  readonly ec2: {
    readonly versions: readonly string[]
    readonly 'meta-data.json': number
    readonly 'user-data': number
  }
  readonly content: readonly number[]
  readonly drives: number
  readonly spawns: number
}

/** Config drives per second on one core, and beside genisoimage for the same files. */
export async function run(): Promise<void> {
  const workload = path.join(import.meta.dirname, '../workloads/config-drive.json')
  const load = JSON.parse(await readFile(workload, 'utf8')) as Workload
  const files = filesOf(load)
  const make = (format: 'iso9660' | 'vfat', round: number): Uint8Array =>
    configDriveImage({ format, files, at: instant(1_770_000_000_000 + round * 1000) })
  const image = make('iso9660', 0)
  console.log(load.about)
  console.log(`files                ${String(files.length).padStart(8)}, ${image.length} bytes of ISO 9660`)
  console.log(`ISO 9660             ${perSecond(load.drives, (round) => make('iso9660', round))} drives/s`)
  console.log(`FAT, 64 MiB          ${perSecond(load.drives / 10, (round) => make('vfat', round))} drives/s`)
  console.log(`ISO 9660 read        ${perSecond(load.drives, () => readImage(image))} drives/s`)
  await besideGenisoimage(load, files, (round) => make('iso9660', round))
}

/**
 * Turn by turn, so that whatever else this machine does slows down all of them. genisoimage takes its files from a disk
 * and puts its image there: it is measured with files that stand there already, and with writing them first and reading
 * the image back, which is what a host does that has the documents in memory as we have.
 */
async function besideGenisoimage(
  load: Workload,
  files: readonly ImageFile[],
  make: (round: number) => Uint8Array,
): Promise<void> {
  if (spawnSync('genisoimage', ['--version']).error !== undefined) {
    console.log('genisoimage          is not installed: tools/readers/install')
    return
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
  try {
    const { image, spawn } = genisoimageIn(folder)
    const tree = path.join(folder, 'tree')
    writeTree(tree, files)
    const each = Math.ceil(load.drives / load.spawns)
    const times: Record<'ours' | 'bare' | 'whole', number[]> = { ours: [], bare: [], whole: [] }
    for (let turn = 0; turn < load.spawns; turn++) {
      times.ours.push(millis(() => repeat(each, make)) / each)
      times.bare.push(millis(() => spawn(tree)))
      const own = path.join(folder, String(turn))
      times.whole.push(millis(() => [writeTree(own, files), spawn(own), readFileSync(image)]))
    }
    const ratio = (of: (values: readonly number[]) => number, to: 'bare' | 'whole'): string =>
      (of(times[to]) / of(times.ours)).toFixed(0).padStart(4)
    console.log(
      `genisoimage alone    ${ratio(best, 'bare')} times slower in the best turns,${ratio(median, 'bare')} in the median`,
    )
    console.log(
      `and with its files   ${ratio(best, 'whole')} times slower in the best turns,${ratio(median, 'whole')} in the median`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function genisoimageIn(folder: string) {
  const image = path.join(folder, 'image.iso')
  const options = ['-quiet', '-J', '-r', '-l', '-ldots', '-allow-lowercase', '-allow-multidot', '-V', 'config-2']
  const spawn = (tree: string) => execFileSync('genisoimage', [...options, '-o', image, tree], { stdio: 'ignore' })
  return { image, spawn }
}

function filesOf({ versions, documents, ec2, content }: Workload): readonly ImageFile[] {
  const body = (bytes: number, of: string): Uint8Array =>
    new TextEncoder().encode(`${of} `.repeat(Math.ceil(bytes / (of.length + 1))).slice(0, bytes))
  return [
    ...versions.flatMap((version) =>
      Object.entries(documents).map(([name, bytes]) => ({
        path: `openstack/${version}/${name}`,
        // User data is the same everywhere; most documents differ from version to version.
        content: body(bytes, name === 'user_data' ? name : `${name} of ${version}`),
      })),
    ),
    ...ec2.versions.flatMap((version) =>
      (['meta-data.json', 'user-data'] as const).map((name) => ({
        path: `ec2/${version}/${name}`,
        content: body(ec2[name], name),
      })),
    ),
    ...content.map((bytes, index) => ({
      path: `openstack/content/${String(index).padStart(4, '0')}`,
      content: body(bytes, 'injected'),
    })),
  ]
}

function writeTree(tree: string, files: readonly ImageFile[]): void {
  for (const { path: name, content } of files) {
    mkdirSync(path.dirname(path.join(tree, name)), { recursive: true })
    writeFileSync(path.join(tree, name), content)
  }
}

/** After a tenth of the rounds to warm up. */
function perSecond(rounds: number, act: (round: number) => unknown): string {
  repeat(rounds / 10, act)
  return ((rounds / millis(() => repeat(rounds, act))) * 1000).toFixed(0).padStart(8)
}

function repeat(rounds: number, act: (round: number) => unknown): void {
  for (let round = 0; round < rounds; round++) act(round)
}

function millis(act: () => unknown): number {
  const began = performance.now()
  act()
  return performance.now() - began
}

/** The turn that the rest of the machine disturbed least. */
function best(values: readonly number[]): number {
  return Math.min(...values)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
