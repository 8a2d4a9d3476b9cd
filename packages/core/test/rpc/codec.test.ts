import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../src/rpc/codec.ts'

const roundTrip = (value: unknown): unknown => decode(encode(value))

describe('the codec', () => {
  it('gives back any JSON value with bytes in it', () => {
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.uint8Array(),
        fc.array(tie('tree')),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$bytes', '$plain', '__proto__')), tie('tree'), {
          noNullPrototype: true,
        }),
      ),
    })).tree
    fc.assert(
      fc.property(value, (sent) => {
        expect(roundTrip(sent)).toEqual(withoutMinusZero(sent))
      }),
    )
  })

  it.each([
    { $bytes: 'AAAA' },
    { $plain: { $bytes: 'AAAA' } },
    { $plain: 1 },
    { $bytes: new Uint8Array([1]) },
    { a: [{ $plain: { $plain: [] } }] },
  ])('gives back %j, which looks like one of its own marks', (sent) => {
    expect(roundTrip(sent)).toEqual(sent)
  })

  it('is not fooled by a mark beside a member that JSON leaves out', () => {
    expect(roundTrip({ $bytes: 'AAAA', gone: undefined })).toEqual({ $bytes: 'AAAA' })
  })

  it('keeps a key __proto__ a key', () => {
    const sent: unknown = JSON.parse('{"__proto__": {"admin": true}, "bytes": 0}')
    const arrived = roundTrip({ sent, bytes: new Uint8Array(1) }) as { sent: { admin?: boolean } }
    expect(Object.keys(arrived.sent)).toEqual(['__proto__', 'bytes'])
    expect(arrived.sent.admin).toBeUndefined()
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it('changes nothing in what it is given', () => {
    const sent = Object.freeze({ list: Object.freeze([new Uint8Array([1])]) })
    encode(sent)
    expect(sent.list[0]).toEqual(new Uint8Array([1]))
  })

  it('takes a view of a larger buffer for what it shows, and gives back memory of its own', () => {
    const arrived = roundTrip(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)) as Uint8Array
    expect(arrived).toEqual(new Uint8Array([2, 3]))
    expect(arrived.buffer.byteLength).toBe(2)
  })

  it('leaves out undefined members, and makes null of undefined elements', () => {
    expect(encode({ a: undefined, b: [undefined] })).toBe('{"b":[null]}')
  })

  it.each([
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['bigint', 1n],
    ['function', () => 1],
    ['symbol', Symbol('x')],
    ['finite', Number.POSITIVE_INFINITY],
    ['Error', new Error('secret')],
    ['DataView', new DataView(new ArrayBuffer(1))],
  ])('refuses to send %s, wherever it stands', (what, value) => {
    for (const sent of [value, [value], { a: { b: value } }])
      expect(() => encode(sent)).toThrow(expect.objectContaining({ code: 'transport.malformed' }))
    expect(() => encode(value)).toThrow(what)
  })

  it('refuses to send a circle', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(() => encode(circle)).toThrow('nested deeper')
  })

  it.each(['', '{', '{"a":1}}', 'nonsense', '{"$bytes":"%%%%"}', '{"$bytes":1}', '{"$bytes":"AAA"}', '{"$plain":1}'])(
    'refuses to read %j',
    (text) => {
      expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'transport.malformed' }))
    },
  )

  it('refuses deep nesting before it is parsed, and is not misled by brackets in strings', () => {
    const before = performance.now()
    expect(() => decode('['.repeat(4_000_000))).toThrow('nested deeper')
    expect(performance.now() - before).toBeLessThan(500)
    const text = JSON.stringify({ text: `\\"${'['.repeat(1000)}` })
    expect(decode(text)).toEqual(JSON.parse(text))
  })

  it('echoes nothing of what it refuses', () => {
    const secret = 'tell-nobody'
    for (const text of [`{"a":"${secret}`, `{"$bytes":"${secret}!"}`])
      expect(() => decode(text)).not.toThrow(expect.objectContaining({ message: expect.stringContaining(secret) }))
  })
})

/** JSON has no -0. */
function withoutMinusZero(value: unknown): unknown {
  if (value === 0) return 0
  if (Array.isArray(value)) return value.map(withoutMinusZero)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMinusZero(inner)]))
}
