/** A stream of numbers that a seed determines (xorshift32). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Numbers that tend to be a border of something. */
const BORDERS = [0, 1, 2, 0x20, 0x7f, 0x80, 0xe5, 0xff, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff]

/**
 * Damages an image in a few places, calls `use`, and puts everything back. `hot` are the places that mean something:
 * most damage is done there.
 */
export function damaged(
  image: Uint8Array,
  hot: readonly number[],
  next: (below: number) => number,
  use: (image: Uint8Array) => void,
): void {
  const undo: { readonly at: number; readonly bytes: Uint8Array }[] = []
  const put = (at: number, bytes: Uint8Array): void => {
    const end = Math.min(at + bytes.length, image.length)
    undo.push({ at, bytes: image.slice(at, end) })
    image.set(bytes.subarray(0, end - at), at)
  }
  const place = (): number => (next(8) === 0 ? next(image.length) : (hot[next(hot.length)] ?? 0))
  for (let count = 1 + next(4); count > 0; count--) {
    const kind = next(6)
    if (kind <= 2) put(place(), Uint8Array.of(next(256)))
    else if (kind <= 4) put(place(), numberBytes(BORDERS[next(BORDERS.length)] ?? 0, 1 << next(3), next(2) === 0))
    else put(place(), image.slice(...rangeAt(place(), 1 + next(64))))
  }
  try {
    use(next(10) === 0 ? image.subarray(0, place()) : image)
  } finally {
    for (const { at, bytes } of undo.toReversed()) image.set(bytes, at)
  }
}

function numberBytes(value: number, length: number, little: boolean): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** index) % 256)
  return little ? bytes : bytes.reverse()
}

function rangeAt(at: number, length: number): [number, number] {
  return [at, at + length]
}

/** Places of an image that are not zero: nearly all that mean something, as few contents stand between them. */
export function placesOf(image: Uint8Array): readonly number[] {
  const places: number[] = []
  for (let at = 0; at < image.length; at++) if (image[at] !== 0) places.push(at)
  return places
}
