import { watchLoop } from './hold-meter.ts'

/** Loaded into the server's process beside it: tells the longest hold of its event loop to whoever asks by a message. */
const longestHold = watchLoop()
process.on('message', () => process.send?.(longestHold()))
process.channel?.unref()
