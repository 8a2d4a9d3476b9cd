import type { Case, Judge } from './case.ts'
import { differences, running, sums, surplus } from './case.ts'

/** The ledger holds the flavors of what runs, and its sums are right; guards are held by what runs; so are quotas. */
export const booksBalance: Judge = (given) => [
  ...allocationsAgree(given),
  ...inventoriesAgree(given),
  ...guardsAgree(given),
  ...quotasAgree(given),
  ...membersAgree(given),
]

function allocationsAgree(given: Case): readonly string[] {
  const wanted = running(given).flatMap(({ id, host, vcpus, memory }) => [
    `${id} holds ${vcpus} VCPU on ${host}`,
    `${id} holds ${memory} MEMORY_MB on ${host}`,
  ])
  const held = given.evidence.allocations.map(
    ({ server, host, resource, amount }) => `${server} holds ${amount} ${resource} on ${host}`,
  )
  return [
    ...surplus(wanted, held).map((line) => `the ledger lacks: ${line}`),
    ...surplus(held, wanted).map((line) => `the ledger has too much: ${line}`),
  ]
}

function inventoriesAgree({ set, evidence }: Case): readonly string[] {
  const { allocations, inventories } = evidence
  const used = sums(inventories.map(({ host, resource, used: amount }) => [`${resource} of ${host}`, amount]))
  const allocated = sums(allocations.map(({ host, resource, amount }) => [`${resource} of ${host}`, amount]))
  const capacities = sums(
    inventories
      .filter(({ resource }) => resource !== 'DISK_GB')
      .map(({ host, resource, capacity }) => [`${resource} of ${host}`, capacity]),
  )
  const sizes = sums(
    set.hosts.flatMap(({ name, vcpus, memoryGiB }) => [
      [`VCPU of ${name}`, vcpus] as const,
      [`MEMORY_MB of ${name}`, memoryGiB * 1024] as const,
    ]),
  )
  return [...differences('used', allocated, used), ...differences('capacity', sizes, capacities)]
}

function guardsAgree(given: Case): readonly string[] {
  const { guards, holds } = given.evidence
  const ids = new Set(running(given).map(({ id }) => id))
  return [
    ...differences(
      'guard',
      sums(holds.map(({ name, held }) => [name, held])),
      sums(guards.map(({ name, held }) => [name, held])),
    ),
    ...holds
      .filter(({ server }) => !ids.has(server))
      .map(({ server, name }) => `${server} does not run and holds ${name}`),
  ]
}

/** Servers in error count as well. */
function quotasAgree({ evidence }: Case): readonly string[] {
  const { servers, usage, charges } = evidence
  const wanted = sums(
    servers.flatMap(({ project, vcpus, memory }) => [
      [`instances of ${project}`, 1] as const,
      [`cores of ${project}`, vcpus] as const,
      [`ram of ${project}`, memory] as const,
    ]),
  )
  const ofServers = ({ resource }: { readonly resource: string }) => ['instances', 'cores', 'ram'].includes(resource)
  const keyed = ({ resource, project, amount }: (typeof usage)[number]) =>
    [`${resource} of ${project}`, amount] as const
  return [
    ...differences('quota', wanted, sums(usage.filter(ofServers).map(keyed))),
    ...differences('charges', wanted, sums(charges.filter(ofServers).map(keyed))),
  ]
}

/** Every server with a group is in it, in its domain, and nobody else is. */
function membersAgree({ set, evidence }: Case): readonly string[] {
  const groups = new Map(set.requests.map(({ name, group }) => [name, group]))
  const names = new Map(evidence.servers.map(({ id, name }) => [id, name]))
  const wanted = evidence.servers.flatMap(({ name }) => {
    const group = groups.get(name)
    return group === null || group === undefined ? [] : [`${name} in ${group.domain}`]
  })
  const there = evidence.members.map(({ server, partition }) => `${names.get(server) ?? server} in ${partition ?? ''}`)
  return [
    ...surplus(wanted, there).map((line) => `no member of its group: ${line}`),
    ...surplus(there, wanted).map((line) => `a member of a group: ${line}`),
  ]
}
