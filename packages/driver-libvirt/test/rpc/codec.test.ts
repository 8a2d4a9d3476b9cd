import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasCode, isNovakitError, seededRandom, type Random } from '@novakit/core'
import { events, param, procedures, type Procedure } from '../../src/rpc/index.ts'
import { decodeAll } from '../../src/rpc/link/job.ts'
import { encodeFrame, HEADER_BYTES } from '../../src/rpc/wire/frame.ts'
import { frameSplitter } from '../../src/rpc/wire/frame-splitter.ts'
import { domain } from '../../src/rpc/wire/objects.ts'
import { remoteError } from '../../src/rpc/wire/remote-error.ts'
import { params } from '../../src/rpc/wire/typed-params.ts'
import type { AnyCodec } from '../../src/rpc/xdr/codec.ts'
import { array, optional, struct } from '../../src/rpc/xdr/compounds.ts'
import { emptyWriter, written } from '../../src/rpc/xdr/cursor.ts'
import * as scalar from '../../src/rpc/xdr/scalars.ts'

function encoded(codec: AnyCodec, value: unknown): Buffer {
  const writer = emptyWriter(1)
  codec.write(writer, value)
  return written(writer)
}

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f'

describe('XDR', () => {
  test('stands on the wire as RFC 4506 says', () => {
    const hex = (codec: AnyCodec, value: unknown) => encoded(codec, value).toString('hex')
    expect(hex(scalar.int32, -2)).toBe('fffffffe')
    expect(hex(scalar.uint64, 2n ** 40n + 1n)).toBe('0000010000000001')
    expect(hex(scalar.text, 'abcde')).toBe('00000005' + '6162636465' + '000000')
    expect(hex(scalar.bytes, Buffer.from([1]))).toBe('0000000101000000')
    expect(hex(scalar.uuid, uuid)).toBe(uuid.replaceAll('-', ''))
    expect(hex(optional(scalar.int32), null)).toBe('00000000')
    expect(hex(optional(scalar.int32), 7)).toBe('0000000100000007')
    expect(hex(array(scalar.int32), [1, 2])).toBe('000000020000000100000002')
    expect(hex(domain, { uuid })).toBe('00000000' + uuid.replaceAll('-', '') + 'ffffffff')
  })

  test('brings back what was written', () => {
    const everything = struct({
      int: scalar.int32,
      uint: scalar.uint32,
      hyper: scalar.int64,
      uhyper: scalar.uint64,
      double: scalar.double,
      truth: scalar.truth,
      text: scalar.text,
      bytes: scalar.bytes,
      uuid: scalar.uuid,
      maybe: optional(scalar.text),
      list: array(struct({ a: scalar.text, b: scalar.int32 })),
    })
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    const values = fc.record({
      int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      uint: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      hyper: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      uhyper: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      double: fc.double({ noNaN: true }),
      truth: fc.boolean(),
      text: texts,
      bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      uuid: fc.uuid(),
      maybe: fc.option(texts),
      list: fc.array(fc.record({ a: texts, b: fc.integer({ min: 0, max: 9 }) })),
    })
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeAll(everything, encoded(everything, value))).toEqual(value)
      }),
    )
  })

  test('refuses to write what the wire cannot hold', () => {
    const wrong: readonly [AnyCodec, unknown][] = [
      [scalar.int32, 2 ** 31],
      [scalar.int32, 1.5],
      [scalar.uint32, -1],
      [scalar.uint64, -1n],
      [scalar.uint64, 2n ** 64n],
      [scalar.int64, 2 ** 60],
      [scalar.text, 'a\0b'],
      [scalar.text, 'x'.repeat(5e6)],
      [scalar.uuid, `${uuid}0`],
      [params, [{ field: 'a', value: { type: 9, value: 1 } }]],
    ]
    for (const [codec, value] of wrong) {
      const thrown = caught(() => encoded(codec, value))
      expect(hasCode(thrown, 'libvirt.invalid_argument'), `${codec.shape} ${String(value).slice(0, 20)}`).toBe(true)
    }
  })

  test('reads typed parameters by name, whatever the name', () => {
    const given = [
      param.int('a', -1),
      param.uint('b', 2),
      param.llong('c', -3n),
      param.ullong('d', 2n ** 63n),
      param.double('e', 0.5),
      param.boolean('f', true),
      param.string('__proto__', 'g'),
    ]
    const read = decodeAll(params, encoded(params, given))
    expect(Object.entries(read)).toEqual([
      ['a', -1],
      ['b', 2],
      ['c', -3n],
      ['d', 2n ** 63n],
      ['e', 0.5],
      ['f', true],
      ['__proto__', 'g'],
    ])
  })
})

describe('messages', () => {
  test('are found however the bytes are cut', () => {
    const frames = [0, 3, 300, 70_000].map((size, serial) =>
      encodeFrame({ program: 1, procedure: 2, type: 1, serial, status: 0 }, (writer) =>
        scalar.bytes.write(writer, Buffer.alloc(size, serial)),
      ),
    )
    const stream = Buffer.concat(frames)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }), (cuts) => {
        const splitter = frameSplitter()
        const found: number[] = []
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const size = cuts[cut % cuts.length] ?? 1
          for (const frame of splitter.push(stream.subarray(at, at + size))) {
            found.push(frame.serial)
            expect(frame.body).toEqual(frames[frame.serial]?.subarray(HEADER_BYTES))
          }
          at += size
        }
        expect(found).toEqual([0, 1, 2, 3])
      }),
      { numRuns: 50 },
    )
  })

  test('that come byte by byte take little more memory than they have bytes', () => {
    const size = 2_000_000
    const frame = encodeFrame({ program: 1, procedure: 2, type: 1, serial: 9, status: 0 }, (writer) =>
      scalar.bytes.write(writer, Buffer.alloc(size, 7)),
    )
    const splitter = frameSplitter()
    const before = process.memoryUsage()
    let early = 0
    for (let at = 0; at < frame.length - 1; at++) early += splitter.push(frame.subarray(at, at + 1)).length
    const after = process.memoryUsage()
    expect(early).toBe(0)
    const [last] = splitter.push(frame.subarray(frame.length - 1))
    expect(last?.body.equals(frame.subarray(HEADER_BYTES))).toBe(true)
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(5 * size)
  })

  test('are refused by a length that no message has', () => {
    for (const length of [0, 27, 2 ** 26, 2 ** 32 - 1]) {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(length)
      expect(
        hasCode(
          caught(() => frameSplitter().push(head)),
          'libvirt.malformed',
        ),
      ).toBe(true)
    }
  })
})

/** What is mutated: a real-looking answer of every procedure, event and error. */
function corpus(): readonly { readonly codec: AnyCodec; readonly bytes: Buffer }[] {
  const codecs: AnyCodec[] = [
    ...Object.values(procedures as Readonly<Record<string, Procedure>>).flatMap(({ args, result }) => [args, result]),
    ...Object.values(events).map((event) => event.payload),
    remoteError,
  ]
  return codecs.map((codec) => ({ codec, bytes: sampleOf(codec.shape) }))
}

/** Bytes that fit a shape, made from the shape alone: two of everything that comes in numbers. */
function sampleOf(shape: string): Buffer {
  const parts: Buffer[] = []
  const zeros = (count: number) => void parts.push(Buffer.alloc(count))
  const number = (value: number) => void parts.push(encoded(scalar.uint32, value))
  const walk = (text: string): void => {
    for (const piece of pieces(text)) {
      const list = /^\((.*)\)<>$/s.exec(piece)
      const maybe = /^\?\((.*)\)$/s.exec(piece)
      const fixed = /^(char|opaque)\[(\d+)\]$/.exec(piece)
      if (list !== null) {
        number(2)
        walk(list[1] ?? '')
        walk(list[1] ?? '')
      } else if (maybe !== null) {
        number(1)
        walk(maybe[1] ?? '')
      } else if (fixed !== null) zeros(Number(fixed[2]) * (fixed[1] === 'char' ? 4 : 1))
      else if (piece.startsWith('{')) parts.push(encoded(scalar.int32, 7), encoded(scalar.text, 'value'))
      else if (piece === 'string') parts.push(encoded(scalar.text, 'some text'))
      else if (piece === 'opaque<>') parts.push(encoded(scalar.bytes, Buffer.from('bytes')))
      else zeros(piece.includes('hyper') || piece === 'double' ? 8 : 4)
    }
  }
  walk(shape)
  return Buffer.concat(parts)
}

/** Splits at the blanks that are in no brackets. */
function pieces(shape: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let piece = ''
  for (const letter of shape) {
    if ('({'.includes(letter)) depth++
    if (')}'.includes(letter)) depth--
    if (letter === ' ' && depth === 0) {
      found.push(piece)
      piece = ''
    } else piece += letter
  }
  return [...found, piece].filter((each) => each !== '')
}

function mutated(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  const changes = 1 + random.below(4)
  for (let change = 0; change < changes && copy.length > 0; change++) {
    const at = random.below(copy.length)
    const kind = random.below(4)
    if (kind === 0) copy[at] = random.below(256)
    else if (kind === 1) copy.fill(0xff, at, Math.min(at + 4, copy.length))
    else if (kind === 2 && at + 4 <= copy.length) copy.writeUInt32BE(random.below(2 ** 32), at)
    else return copy.subarray(0, at)
  }
  return copy
}

describe('the decoder', () => {
  const long = process.env['NOVAKIT_LONG'] === '1'

  test('reads a sample of every layout in the table', () => {
    for (const { codec, bytes } of corpus()) {
      const value: unknown = decodeAll(codec, bytes)
      expect(value === undefined || value !== null || codec.shape.startsWith('?')).toBe(true)
    }
  })

  test(`takes ${long ? 'a million' : 'thirty thousand'} mutated messages without a crash, a hang or much memory`, () => {
    const random = seededRandom(`xdr-${process.env['NOVAKIT_SEED'] ?? '1'}`)
    const samples = corpus()
    let refused = 0
    const runs = long ? 1_000_000 : 30_000
    let slowest = 0
    for (let run = 0; run < runs; run++) {
      const sample = samples[random.below(samples.length)]
      if (sample === undefined) continue
      const bytes = mutated(sample.bytes, random)
      const began = performance.now()
      const thrown = caught(() => decodeAll(sample.codec, bytes))
      slowest = Math.max(slowest, performance.now() - began)
      if (thrown === null) continue
      refused++
      if (!isNovakitError(thrown)) expect.fail(`${sample.codec.shape}: ${bytes.toString('hex')}: ${shown(thrown)}`)
    }
    expect(refused).toBeGreaterThan(runs / 10)
    expect(slowest).toBeLessThan(1000)
    expect(process.memoryUsage().heapUsed).toBeLessThan(500e6)
  }, 3_600_000)

  test('cuts mutated streams of messages without a crash, and holds no more than came', () => {
    const random = seededRandom('frames')
    const good = encodeFrame({ program: 1, procedure: 2, type: 1, serial: 3, status: 0 }, (writer) =>
      scalar.text.write(writer, 'body'),
    )
    for (let run = 0; run < (long ? 100_000 : 5000); run++) {
      const splitter = frameSplitter()
      const stream = mutated(Buffer.concat([good, good, good]), random)
      const thrown = caught(() => {
        for (let at = 0; at < stream.length; at += 7) splitter.push(stream.subarray(at, at + 7))
      })
      if (thrown !== null && !isNovakitError(thrown)) expect.fail(shown(thrown))
    }
  })
})

const shown = (thrown: unknown): string => (thrown instanceof Error ? (thrown.stack ?? '') : typeof thrown)

function caught(work: () => unknown): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error
  }
}
