import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_USER_DATA } from '../../src/build/user-data-limit.ts'
import { cloudConfig, mergeCloudConfigs, parseCloudConfig } from '../../src/user-data/cloud-config.ts'
import { includes } from '../../src/user-data/includes.ts'
import { multipart } from '../../src/user-data/multipart.ts'
import { packUserData, userDataBase64 } from '../../src/user-data/pack.ts'

const invalid = expect.objectContaining({ code: 'user_data.invalid' })
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

describe('multipart', () => {
  it('writes plain parts as they are and everything else as base64', () => {
    const message = text(
      multipart([
        {
          type: 'text/cloud-config',
          content: '#cloud-config\npackages: [git]\n',
          filename: 'one.yaml',
          mergeType: 'list(append)',
        },
        { type: 'text/x-shellscript', content: '#!/bin/sh\necho ü\n' },
        { type: 'text/x-shellscript', content: '#!/bin/sh\r\necho windows\r\n' },
      ]),
    )
    const boundary = /boundary="([^"]+)"/.exec(message)![1]!
    expect(message.split(`--${boundary}`)).toHaveLength(5)
    expect(message).toContain('filename="one.yaml"\nX-Merge-Type: list(append)\n\n#cloud-config\npackages: [git]\n')
    expect(message).toContain(`filename="part-002"\n\n${Buffer.from('#!/bin/sh\necho ü\n').toString('base64')}\n`)
    expect(message).toContain(Buffer.from('#!/bin/sh\r\necho windows\r\n').toString('base64'))
  })

  it('gives the same bytes for the same parts, and a boundary that is in none of them', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (contents) => {
        const parts = contents.map((content) => ({ type: 'text/plain', content }))
        const message = text(multipart(parts))
        expect(message).toBe(text(multipart(parts)))
        const boundary = /boundary="([^"]+)"/.exec(message)![1]!
        expect(contents.some((content) => content.includes(boundary))).toBe(false)
      }),
    )
  })

  it('S-INJ-3: lets no header end its line', () => {
    const part = { type: 'text/plain', content: 'x' }
    expect(() => multipart([{ ...part, filename: 'a"\r\nX-Evil: 1' }])).toThrow(invalid)
    expect(() => multipart([{ ...part, filename: 'a"b' }])).toThrow(invalid)
    expect(() => multipart([{ ...part, type: 'text/plain\nX-Evil: 1' }])).toThrow(invalid)
    expect(() => multipart([{ ...part, mergeType: 'x\ny' }])).toThrow(invalid)
    expect(() => multipart([])).toThrow(invalid)
  })
})

describe('a cloud-config', () => {
  it('is read back as it was, where YAML 1.1 would read bare words otherwise', () => {
    const config = {
      a: 'yes',
      b: '1:30',
      c: '0o17',
      d: 'null',
      e: '017',
      f: ['on', 1, null, true],
      g: { '~': '' },
      h: 'a: b # c',
      i: '\u{1f600}\n\u0085',
    }
    expect(parseCloudConfig(cloudConfig(config))).toEqual(config)
    expect(cloudConfig(config)).toMatch(/^#cloud-config\n/)
  })

  it.each(['', 'packages: []', '#cloud-configs\n', '#cloud-config\n[1]', '#cloud-config\na: [', '#cloud-config\ntext'])(
    'is not %j',
    (wrong) => {
      expect(() => parseCloudConfig(wrong)).toThrow(invalid)
    },
  )

  it('that says nothing is empty, and one full of aliases is refused', () => {
    expect(parseCloudConfig('#cloud-config\n')).toEqual({})
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...Array.from(
        { length: 8 },
        (_, index) =>
          `${'bcdefghi'[index]}: &${'bcdefghi'[index]} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`,
      ),
    ]
    expect(() => parseCloudConfig(`#cloud-config\n${bomb.join('\n')}`)).toThrow(invalid)
  })

  it('is merged key by key, lists as wished, and the later one stays', () => {
    const one = { users: ['a'], ntp: { enabled: true, servers: ['x'] }, locale: 'C' }
    const two = { users: ['b'], ntp: { servers: ['y'] }, locale: 'de' }
    expect(mergeCloudConfigs([one, two])).toEqual({
      users: ['b'],
      ntp: { enabled: true, servers: ['y'] },
      locale: 'de',
    })
    expect(mergeCloudConfigs([one, two], { lists: 'append' })).toMatchObject({
      users: ['a', 'b'],
      ntp: { servers: ['x', 'y'] },
    })
    expect(mergeCloudConfigs([one, two], { lists: 'prepend' })).toMatchObject({ users: ['b', 'a'] })
    expect(mergeCloudConfigs([])).toEqual({})
  })

  it('is merged without touching any prototype', () => {
    const hostile = parseCloudConfig('#cloud-config\n__proto__: {polluted: true}\n')
    const merged = mergeCloudConfigs([hostile, hostile])
    expect(Object.keys(merged)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('includes', () => {
  it('are one URL a line', () => {
    expect(includes(['https://a.example/x', 'http://b.example/'])).toBe(
      '#include\nhttps://a.example/x\nhttp://b.example/\n',
    )
    expect(includes(['https://a.example/'], { once: true })).toBe('#include-once\nhttps://a.example/\n')
  })

  it.each([
    [[]],
    [['file:///etc/passwd']],
    [['http://a.example/\nhttp://b.example/']],
    [['http://a b']],
    [['a.example']],
  ])('S-INJ-3: are not %j', (urls) => {
    expect(() => includes(urls)).toThrow(invalid)
  })
})

describe('packed user data', () => {
  it('stays as it is while it fits, and is packed when it does not', () => {
    expect(text(packUserData('#!/bin/sh\n'))).toBe('#!/bin/sh\n')
    const long = '#!/bin/sh\n'.repeat(10_000)
    const packed = packUserData(long)
    expect(packed.length).toBeLessThan(2000)
    expect(gunzipSync(packed).toString()).toBe(long)
    expect(Buffer.from(packUserData(long))).toEqual(Buffer.from(packed))
    expect(Buffer.from(userDataBase64('x'), 'base64').toString()).toBe('x')
    expect(gunzipSync(packUserData('x', { gzip: 'always' })).toString()).toBe('x')
  })

  it('has at most 65,535 characters as base64', () => {
    expect(userDataBase64(new Uint8Array(MOST_USER_DATA), { gzip: 'never' })).toHaveLength(65_532)
    const tooLarge = expect.objectContaining({ code: 'user_data.too_large' })
    expect(() => packUserData(new Uint8Array(MOST_USER_DATA + 1), { gzip: 'never' })).toThrow(tooLarge)
    const noise = Uint8Array.from({ length: 80_000 }, (_, index) => Math.imul(index, 2654435761) >>> 24)
    expect(() =>
      packUserData(
        Buffer.concat(
          Array.from({ length: 9 }, (_, index) => noise.map((byte) => byte ^ (index * 37 + (byte >> 3)))).concat(),
        ),
        { gzip: 'never' },
      ),
    ).toThrow(tooLarge)
  })
})
