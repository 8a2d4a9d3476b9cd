// Gives up its rights, opens the file, and prints what came of it.
import { problemOf } from '../../../src/domain/error.ts'
import { sqlite } from '../../../src/storage/index.ts'
import { openLedger } from '../ledger-store.ts'

const [file = ''] = process.argv.slice(2)
if (process.getuid?.() === 0) process.setuid?.(65534)
const opened = await openLedger(sqlite({ file })).then(
  () => 'opened',
  (error: unknown) => problemOf(error).code,
)
process.stdout.write(opened)
