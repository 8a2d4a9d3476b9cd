import { z } from 'zod'
import path from 'node:path'
import { storageErrors } from '../../domain/storage/errors.ts'
import type { StoreName } from '../../domain/storage/store-name.ts'
import { MEMORY } from './file.ts'

/** Where the tables are: all stores in one file, each in a file of its own, or nowhere but in memory. */
export type SqliteOptions = ':memory:' | { readonly file: string } | { readonly files: (store: StoreName) => string }

const filename = z.string().min(1)
const shape = z.union([
  z.literal(MEMORY),
  z.strictObject({ file: filename }),
  z.strictObject({ files: z.custom<(store: StoreName) => string>((value) => typeof value === 'function') }),
])

/** Which file holds a store. @throws `storage.cannot_open` when the options make no sense */
export function placesOf(options: SqliteOptions): (store: StoreName) => string {
  const parsed = shape.safeParse(options)
  if (!parsed.success) {
    const given = typeof options === 'object' && options !== null ? `{ ${Object.keys(options).join(', ')} }` : options
    const why = `sqlite() takes { file }, { files } or ':memory:', and was given ${String(given)}.`
    throw storageErrors.cannot_open({ where: 'sqlite', why }, { detail: parsed.error.issues })
  }
  if (parsed.data === MEMORY) return () => MEMORY
  const where = parsed.data
  return (store) => absolute('files' in where ? where.files(store) : where.file)
}

function absolute(file: string): string {
  return file === MEMORY ? MEMORY : path.resolve(file)
}
