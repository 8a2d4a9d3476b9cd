export { unixSocketErrors } from './errors.ts'
export { fates, randomFaults, type Direction, type Fate, type FaultRates, type Faults } from './faults.ts'
export { inProcess, type InProcess, type InProcessOptions } from './in-process.ts'
export { unixSocket, type UnixSocket, type UnixSocketOptions } from './unix-socket/unix-socket.ts'
