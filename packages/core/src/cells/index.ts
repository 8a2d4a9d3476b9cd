export * from './breaker.ts'
export * from './cells.ts'
