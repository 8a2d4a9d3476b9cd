import type { CellStore } from '../ports/storage.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import { storageErrors } from '../domain/storage/errors.ts'

/** A store that is opened when somebody asks it and it answers. */
export function openLater(name: StoreName, open: () => Promise<CellStore>): CellStore {
  let opening: Promise<CellStore> | null = null
  let closed = false
  const store = (): Promise<CellStore> => {
    if (closed) return Promise.reject(storageErrors.closed({}))
    opening ??= open().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }
  return {
    name,
    read: async (work) => (await store()).read(work),
    write: async (work) => (await store()).write(work),
    close: async () => {
      closed = true
      const opened = await opening?.catch(() => null)
      await opened?.close()
    },
  }
}
