// The door of novakit: the whole cloud with its defaults, and the vocabulary that its users need.

export { createAgent, type AgentOptions } from './create-agent.ts'
export { createCloud } from './create-cloud.ts'
export type { CloudOptions, Hosts, RecoveryOptions } from './options.ts'
export { cloudErrors } from './errors.ts'
export { metadataSource } from './metadata-source.ts'
export * from '@novakit/core'
