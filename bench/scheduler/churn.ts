import type { HostState, RequestSpec, SchedulingEngine, ServerId } from '@novakit/core'
import { dice, inGroup, without, type Case, type Cluster } from './cluster.ts'

/** One arrival, decided and held, and one departure, if there was room. */
export function openChurn(engine: SchedulingEngine, { snapshot, tenants, requests }: Cluster, each: Case): () => void {
  const roll = dice(7)
  const hosts: HostState[] = [...snapshot.hosts]
  const held: string[] = []
  let number = 0
  let version = snapshot.version
  const leave = (): void => {
    const which = roll(tenants.length + held.length)
    if (which >= tenants.length) {
      const at = which - tenants.length
      const key = held[at]
      const last = held.pop()
      if (last !== undefined && at < held.length) held[at] = last
      if (key !== undefined) engine.release(key)
      return
    }
    const tenant = tenants[which]
    const last = tenants.pop()
    if (tenant === undefined || last === undefined) return
    if (which < tenants.length) tenants[which] = last
    const host = without(hosts[tenant.host] as HostState, requests[tenant.shape] as RequestSpec)
    hosts[tenant.host] = host
    engine.apply({ from: version, to: ++version, changes: [{ kind: 'host', host }] })
  }
  return () => {
    const server = `server-${number++}` as ServerId
    const spec = { ...(requests[roll(requests.length)] as RequestSpec), servers: [server] }
    const grouped = each.groups === undefined ? null : groupedSpec(spec, hosts, each.groups, roll)
    const decision =
      grouped === null ? engine.decide(spec, server) : engine.decide(grouped.spec, server, { group: grouped.state })
    if (decision.kind === 'refused') return
    engine.hold(server, decision.choices)
    held.push(server)
    leave()
  }
}

function groupedSpec(spec: RequestSpec, hosts: readonly HostState[], members: number, roll: (below: number) => number) {
  const on = Array.from({ length: members }, () => (hosts[roll(hosts.length)] as HostState).host)
  return inGroup(spec, on)
}
