// The door of the inspector.

export { inspect } from './inspect.ts'
export { judge, type ImageLimits } from './judge.ts'
export type { ContentFormat, Fault, FaultCode, Inspection } from './inspection.ts'
export { runOver, type ReadRequest, type Reads } from './reads.ts'
