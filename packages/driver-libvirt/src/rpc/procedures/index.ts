import { agentCalls } from './agent.ts'
import { blockCalls } from './blocks.ts'
import { connectionCalls } from './connection.ts'
import { deviceCalls } from './devices.ts'
import { domainCalls } from './domains.ts'
import { migrationCalls } from './migration.ts'
import { networkCalls } from './networks.ts'
import { snapshotCalls } from './snapshots.ts'
import { storageCalls } from './storage.ts'

/**
 * Every call that this client can make, by libvirt's own name in camel case. Numbers and layouts are the protocol's and
 * never change; `tools/libvirt-check.ts` compares them with a libvirt source tree.
 */
export const procedures = {
  ...connectionCalls,
  ...domainCalls,
  ...deviceCalls,
  ...blockCalls,
  ...snapshotCalls,
  ...migrationCalls,
  ...agentCalls,
  ...networkCalls,
  ...storageCalls,
} as const

export type Procedures = typeof procedures
export type ProcedureName = keyof Procedures
