import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')

/** The source files in which a pattern occurs. */
function filesWith(pattern: RegExp, where: string): readonly string[] {
  return globSync(`${where}/**/*.ts`, { cwd: root })
    .filter((file) => pattern.test(readFileSync(path.join(root, file), 'utf8')))
    .map((file) => path.relative('packages/metadata/src', file))
    .toSorted((a, b) => (a < b ? -1 : 1))
}

it('S-MD-2: signatures are made and compared in one file, and in constant time', () => {
  expect(filesWith(/createHmac|timingSafeEqual/, 'packages/metadata/src')).toEqual(['service/signature.ts'])
})

it('S-SSRF-2: one function goes to URLs that somebody wrote down, and the proxy to its one service', () => {
  expect(
    filesWith(
      /from 'node:(http|https|http2|net|tls|dgram)'/,
      'packages/metadata/src/{vendor-data,proxy,user-data,first-boot}',
    ),
  ).toEqual(['vendor-data/forbidden-networks.ts', 'vendor-data/guarded-fetch.ts'])
  expect(
    filesWith(
      /\bfetch\b(?! = guardedFetch)\s*[,}(]|= fetch\b/,
      'packages/metadata/src/{service,build,user-data,first-boot}',
    ),
  ).toEqual([])
})

it('S-INJ-2: no code mounts the file system of a guest, or writes into one', () => {
  expect(
    filesWith(
      /guestfish|guestmount|libguestfs|virt-customize|qemu-nbd|losetup|(spawn|exec)\w*\(\s*['"`]mount/,
      'packages/*/src',
    ),
  ).toEqual([])
})
