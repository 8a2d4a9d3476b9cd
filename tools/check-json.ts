// Fails unless standard input is one JSON object.
import { text } from 'node:stream/consumers'

const value: unknown = JSON.parse(await text(process.stdin))
if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object')
console.log(`a JSON object with ${Object.keys(value).join(', ')}`)
