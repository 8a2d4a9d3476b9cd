/** A stream of draws. The same seed gives the same stream. Not for secrets. */
export interface Stream {
  /** Whole, in [0, below). */
  below(below: number): number
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand) started from a hash of the seed. It is the scheduler's own, since a decision
 * needs few draws and one cheap start per server, where the house's stream hashes its seed with SHA-256.
 */
export function streamOf(seed: string): Stream {
  let a = hash(seed, 0x9e3779b9)
  let b = hash(seed, 0x243f6a88)
  let c = hash(seed, 0xb7e15162)
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
  return { below: (below) => Math.floor((draw() / 2 ** 32) * below) }
}

/** FNV-1a over UTF-16 code units with MurmurHash3's last mix, so that seeds which differ in one character part ways. */
function hash(text: string, start: number): number {
  let value = start | 0
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}

/** A stream that starts at its first draw: most decisions have no tie to break. */
export function lazyStreamOf(seed: string): Stream {
  let stream: Stream | undefined
  return { below: (below) => (stream ??= streamOf(seed)).below(below) }
}

/** Each server draws from a stream of its own: it goes to the same host whether others are asked for with it or not. */
export function choiceStream(seed: string, server: string): Stream {
  return lazyStreamOf(`${seed}/${server}`)
}
