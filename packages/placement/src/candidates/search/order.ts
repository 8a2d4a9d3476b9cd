/**
 * Each position of a list once, in an order that follows from the seed: a start, and a stride that has no divisor in
 * common with the length. Nothing is shuffled, so that the first few of thousands cost little. The empty seed gives the
 * list's own order.
 */
export function* walk(length: number, seed: string): Iterable<number> {
  const stride = seed === '' ? 1 : strideFor(length, hash(seed, 0x243f6a88))
  let position = seed === '' || length === 0 ? 0 : hash(seed, 0x9e3779b9) % length
  for (let step = 0; step < length; step++) {
    yield position
    position = (position + stride) % length
  }
}

function strideFor(length: number, draw: number): number {
  let stride = 1 + (draw % Math.max(1, length - 1))
  while (divisor(stride, length) > 1) stride = (stride % length) + 1
  return stride
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

/** FNV-1a over UTF-16 code units with MurmurHash3's last mix. Whole, not negative. */
function hash(text: string, start: number): number {
  let value = start | 0
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
