import { expect, test } from 'vitest'
import { diskFormats } from '@novakit/core'
import { seededRandom } from '@novakit/core'
import { inspect, judge, type Reads } from '../../src/inspect/index.ts'
import * as images from '../support/disk-images.ts'

const long = process.env['NOVAKIT_LONG'] === '1'
const ROUNDS = long ? 1_000_000 : 20_000
/** Of one inspection. The largest that a whole image needs is four reads of 64 KiB and the two ends. */
const MOST_READS = 12
const MOST_BYTES = 600 * 1024

const seeds: readonly Buffer[] = [
  ...Object.values(images.good).map((make) => make()),
  images.qcow2({ backing: '/etc/passwd', dataFile: '/etc/passwd' }),
  images.vmdk({ footer: () => undefined }),
  images.vhd({ type: 2 }),
  images.partitioned(0xee),
  images.flatDescriptor('/etc/passwd'),
  images.luks(),
]

function measured<T>(
  bytes: Uint8Array,
  inspection: Reads<T>,
): { readonly result: T; readonly reads: number; readonly bytes: number } {
  let [reads, read] = [0, 0]
  let step = inspection.next()
  while (step.done !== true) {
    const { offset, length } = step.value
    const given = bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length))
    reads++
    read += given.length
    step = inspection.next(given)
  }
  return { result: step.value, reads, bytes: read }
}

test(`${ROUNDS} mutated images: each gets an answer, out of a few small reads`, () => {
  const random = seededRandom('image inspector')
  const codes = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const seed = seeds[random.below(seeds.length)]!
    const undo = mutate(seed, random)
    // A file may claim to be longer than what can be read of it, and shorter.
    const cut = random.below(4) === 0 ? random.below(seed.length) : seed.length
    const size = random.below(8) === 0 ? random.below(2 ** 31) : cut
    const { result, reads, bytes } = measured(seed.subarray(0, cut), inspect(size))
    const said = diskFormats[random.below(diskFormats.length)]!
    const code = judge(result, said, { formats: diskFormats, virtualSize: 2 ** 44 })?.code ?? 'taken'
    codes.set(code, (codes.get(code) ?? 0) + 1)
    if (reads > MOST_READS || bytes > MOST_BYTES) expect.fail(`round ${round}: ${reads} reads of ${bytes} bytes`)
    undo()
  }
  // It got beyond the marks: every kind of answer was given.
  expect([...codes.keys()].toSorted()).toEqual(
    expect.arrayContaining([
      'backing_file',
      'encrypted',
      'foreign_extents',
      'format_differs',
      'malformed',
      'taken',
      'truncated',
    ]),
  )
})

/** Some bytes of the headers, or whole fields at the extremes. */
function mutate(image: Buffer, random: ReturnType<typeof seededRandom>): () => void {
  const changes = Array.from({ length: 1 + random.below(6) }, () => {
    const near = random.below(3) === 0 ? image.length : Math.min(image.length, 640)
    const at = random.below(near)
    const fill = [0, 0xff, 0x7f, 0x80, random.below(256)][random.below(5)]!
    const length = [1, 2, 4, 8][random.below(4)]!
    const before = Buffer.from(image.subarray(at, at + length))
    image.fill(fill, at, Math.min(at + length, image.length))
    return () => void before.copy(image, at)
  })
  return () => changes.toReversed().forEach((change) => change())
}
