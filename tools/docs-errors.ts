// Writes docs/errors.md from every errors.ts of the packages.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { errorRows, loadErrors, renderErrors } from './tidy/error-table.ts'
import { readTree } from './tidy/tree.ts'

const root = path.dirname(import.meta.dirname)
const rows = errorRows(await loadErrors(root, await readTree(root)))
await writeFile(path.join(root, 'docs/errors.md'), renderErrors(rows))
console.log(`docs/errors.md: ${rows.length} codes`)
