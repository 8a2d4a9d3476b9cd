// The door of the lifecycle floor: what API and conductor both do to a server's life.

export * from './action-request.ts'
export * from './begin.ts'
export * from './begin-action.ts'
export * from './begin-delete.ts'
export * from './begin-evacuation.ts'
export * from './begin-snapshot.ts'
export * from './evacuation-request.ts'
export * from './new-image-of.ts'
export * from './snapshot-request.ts'
export * from './system-context.ts'
export * from './volume-request.ts'
export * from './interface-request.ts'
