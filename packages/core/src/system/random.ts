import { createHash, randomBytes } from 'node:crypto'
import type { Random } from '../ports/random.ts'

/** sfc32 (Chris Doty-Humphrey, PractRand), started from a SHA-256 of the seed. */
export function seededRandom(seed: string): Random {
  const start = createHash('sha256').update(seed).digest()
  let a = start.readInt32LE(0)
  let b = start.readInt32LE(4)
  let c = start.readInt32LE(8)
  let counter = 1
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let warm = 0; warm < 12; warm++) draw()
  const next = (): number => draw() / 2 ** 32
  return {
    seed,
    next,
    below: (below) => Math.floor(next() * below),
    bytes: (count) => Uint8Array.from({ length: count }, () => draw() & 0xff),
    fork: (stream) => seededRandom(`${seed}/${stream}`),
  }
}

/** A stream nobody can foresee. Its seed is shown, so that what it did can be repeated. */
export function freshRandom(): Random {
  return seededRandom(randomBytes(16).toString('hex'))
}
