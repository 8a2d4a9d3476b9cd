import type { Evidence, SeenGuest } from './evidence.ts'

/** When every server is deleted all is back where it began. */
export function nothingLeft(evidence: Evidence, guests: readonly SeenGuest[] | null): readonly string[] {
  const { servers, allocations, inventories, guards, holds, members, usage, charges, addresses, pending } = evidence
  const ofServers = ({ resource }: { readonly resource: string }) => ['instances', 'cores', 'ram'].includes(resource)
  const counts = {
    servers: servers.length,
    allocations: allocations.length,
    'inventories in use': inventories.filter(({ used }) => used !== 0).length,
    guards: guards.length,
    'holds of guards': holds.length,
    'members of groups': members.length,
    'quota counters': usage.filter(ofServers).length,
    'quota charges': charges.filter(ofServers).length,
    addresses: addresses.size,
    'things to do': pending.length,
    guests: guests?.length ?? 0,
  }
  return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what} are left over`]))
}
