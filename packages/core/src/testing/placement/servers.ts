import { expect } from 'vitest'
import { id, type OperationId } from '../../domain/ids.ts'
import type { Claim } from '../../domain/placement/claim.ts'
import type { ProviderDeclaration } from '../../domain/placement/provider.ts'
import { declaration, inventory, used, type LedgerAndStore } from './world.ts'

/** A node of eight ordinary units. */
export const node = (name = 'node'): ProviderDeclaration =>
  declaration(name, { VCPU: inventory(8), MEMORY_MB: inventory(4096), DISK_GB: inventory(100) })

/** What an ordinary server takes of it. */
export const server = { VCPU: 2, MEMORY_MB: 1024, DISK_GB: 10 }

export const operation = (name: string): Partial<Claim> => ({ operation: id<OperationId>(name) })

/** Expects just this use of such a node. */
export async function expectUsed(
  opened: LedgerAndStore,
  name: string,
  resources: Readonly<Record<string, number>>,
): Promise<void> {
  expect(await used(opened, name)).toEqual({ VCPU: 0, MEMORY_MB: 0, DISK_GB: 0, ...resources })
}
