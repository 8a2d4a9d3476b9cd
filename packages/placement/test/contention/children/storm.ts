// Some of the writers of a storm, at once, on a ledger that is there. Says `ready`, begins when it is told to, and
// prints what came of it.
import { once } from 'node:events'
import { seededRandom } from '@novakit/core'
import { openBackend } from '../backend.ts'
import { openFaulty, type Job } from '../faults.ts'
import { storm } from '../storm.ts'

const job = JSON.parse(process.argv[2] ?? '') as Job
const { driver, close } = openBackend(job.backend)
const opened = await openFaulty(driver, job.fault)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const random = seededRandom(job.seed)
const notes = await Promise.all(job.writers.map((writer) => storm(opened, writer, random.fork(`writer ${writer}`))))
await opened.close()
await close()
process.stdout.write(JSON.stringify(notes.flat()))
process.stdin.destroy()
