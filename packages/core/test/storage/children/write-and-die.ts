// Writes entries until it kills itself, right after a write was answered.
import { sqlite } from '../../../src/storage/index.ts'
import { add, openLedger } from '../ledger-store.ts'

const [file = '', count = '0'] = process.argv.slice(2)
const store = await openLedger(sqlite({ file }))
await Promise.all(Array.from({ length: Number(count) }, (_, at) => add(store, `${at}`)))
process.kill(process.pid, 'SIGKILL')
