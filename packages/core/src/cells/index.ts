export * from './breaker.ts'
export * from './cells.ts'
export { firstBootSource, type FirstBootSourceDeps } from './first-boot-source.ts'
