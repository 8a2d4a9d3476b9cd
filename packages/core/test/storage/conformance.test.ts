import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { ownKysely, sqlite } from '../../src/storage/index.ts'
import { describeStorage } from '../../src/testing/storage.ts'
import { hostKysely } from './host-kysely.ts'

let folder: string
let made = 0
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'novakit-storage-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
const fresh = (): string => path.join(folder, `${made++}`)

describeStorage('sqlite in one file', { make: async () => sqlite({ file: `${fresh()}.db` }) })

describeStorage('sqlite with a file for each store', {
  make: async () => {
    const base = fresh()
    return sqlite({ files: (store) => `${base}-${store}.db` })
  },
})

describeStorage('sqlite in memory', { make: async () => sqlite(':memory:') })

describeStorage("the host app's own Kysely over SQLite", {
  make: async () => ownKysely({ kysely: hostKysely(`${fresh()}.db`), dialect: 'sqlite', prefix: 'app_' }),
})
