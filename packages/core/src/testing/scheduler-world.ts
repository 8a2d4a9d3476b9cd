// Builders of what a scheduler is given. Ids are what one writes: `host('a')` has the host, node and provider `a`.

export * from './frozen.ts'
export * from './scheduler-hosts.ts'
export * from './scheduler-requests.ts'
