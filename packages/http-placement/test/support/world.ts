import { namedUuid } from '@novakit/core'
import type { Api } from './open-api.ts'

/** The same id for the same name in all tests. */
export const uuid = (name: string): string => namedUuid('test', name)

export const PROVIDER = uuid('provider')
export const CONSUMER = uuid('consumer')
export const OWNER = { project_id: 'project', user_id: 'user' }

/** A root provider with plenty of three classes, at generation 1. */
export async function addHost(
  api: Api,
  name: string,
  inventories: Readonly<Record<string, unknown>> = stock,
): Promise<string> {
  const id = uuid(name)
  await api.done('POST /resource_providers', { name, uuid: id })
  await api.done(`PUT /resource_providers/${id}/inventories`, { resource_provider_generation: 0, inventories })
  return id
}

export const stock = {
  VCPU: { total: 16, allocation_ratio: 2 },
  MEMORY_MB: { total: 4096, reserved: 1024, step_size: 256 },
  DISK_GB: { total: 100, min_unit: 10, max_unit: 50 },
}

export async function addChild(api: Api, name: string, parent: string, inventories?: object): Promise<string> {
  const id = uuid(name)
  await api.done('POST /resource_providers', { name, uuid: id, parent_provider_uuid: parent })
  if (inventories !== undefined) {
    await api.done(`PUT /resource_providers/${id}/inventories`, { resource_provider_generation: 0, inventories })
  }
  return id
}

/** A body of `PUT /allocations` at the newest version. */
export function allocation(taking: Readonly<Record<string, object>>, generation: number | null = null) {
  const entries = Object.entries(taking).map(([provider, resources]) => [provider, { resources }])
  return {
    allocations: Object.fromEntries(entries),
    consumer_generation: generation,
    consumer_type: 'INSTANCE',
    ...OWNER,
  }
}

export async function generationOf(api: Api, provider: string): Promise<number> {
  return (await api.done(`GET /resource_providers/${provider}`)).generation as number
}
