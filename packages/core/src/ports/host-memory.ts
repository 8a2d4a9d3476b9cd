/**
 * What an agent must remember across restarts, beside the guests: small values by key, durable when `put` resolves.
 * One host's agent has one of these to itself.
 */
export interface HostMemory {
  get(key: string): Promise<string | null>
  put(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  entries(prefix: string): Promise<readonly (readonly [key: string, value: string])[]>
}
