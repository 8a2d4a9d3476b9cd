import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { checkErrors, errorRows, loadErrors, renderErrors } from './tidy/error-table.ts'
import { rules } from './tidy/rules.ts'
import { readTree, type Finding } from './tidy/tree.ts'

const root = path.dirname(import.meta.dirname)
const tree = await readTree(root)
const rows = errorRows(await loadErrors(root, tree))

function shown(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ path: file, line, what }) => `${file}${line === 0 ? '' : `:${line}`}: ${what}`)
}

test('the tree is there to be read', () => {
  expect(tree.map((file) => file.path)).toEqual(expect.arrayContaining(['package.json', 'packages/core/src/index.ts']))
})

for (const [sentence, rule] of Object.entries(rules)) test(sentence, () => expect(shown(rule(tree))).toEqual([]))

test('every error code is unique, well formed, and says a whole sentence', () => {
  expect(rows.length).toBeGreaterThan(50)
  expect(shown(checkErrors(rows))).toEqual([])
})

test('docs/errors.md is what `npm run docs:errors` writes', async () => {
  expect(await readFile(path.join(root, 'docs/errors.md'), 'utf8')).toBe(renderErrors(rows))
})
