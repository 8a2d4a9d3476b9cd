// Adds one to the entry `shared` many times, each in a transaction of its own, some of them at once.
import { sqlite } from '../../../src/storage/index.ts'
import { increment, openLedger } from '../ledger-store.ts'

// The pauses of a store that waits for another process do not keep this one alive.
const alive = setInterval(() => undefined, 1000)
const [file = '', rounds = '0', seed = ''] = process.argv.slice(2)
const store = await openLedger(sqlite({ file }), seed)
for (let round = 0; round < Number(rounds); round++)
  await Promise.all([increment(store), increment(store), increment(store)])
await store.close()
clearInterval(alive)
