import type { Case, Judge } from './case.ts'
import type { SeenServer } from './evidence.ts'
import type { TraceRequest } from '../set.ts'
import { requestsOf, surplus } from './case.ts'

/** Every request became one server of its size, active on a host or in error with a reason; nothing is left to do. */
export const eachEnded: Judge = (given) => {
  const requests = requestsOf(given)
  const names = given.evidence.servers.map(({ name }) => name)
  const wanted = [...requests.keys()]
  return [
    ...surplus(wanted, names).map((name) => `${name} was asked for and is no server`),
    ...surplus(names, wanted).map((name) => `${name} is a server more than was asked for`),
    ...given.evidence.servers.flatMap((server) => endOf(server, requests.get(server.name))),
    ...misled(given),
    ...given.evidence.pending.map((what) => `${what} is left to do`),
  ]
}

function endOf(server: SeenServer, request: TraceRequest | undefined): readonly string[] {
  const { name, state, task, host, fault } = server
  if (request !== undefined && (server.vcpus !== request.vcpus || server.memory !== request.memoryGiB * 1024))
    return [`${name} has ${server.vcpus} vCPUs and ${server.memory} MiB, which nobody asked for`]
  if (task !== null) return [`${name} is still ${task}`]
  if (state === 'active') return host === null ? [`${name} is active and on no host`] : []
  if (state !== 'error') return [`${name} is ${state}`]
  if (host !== null) return [`${name} is in error and on ${host}`]
  return fault === null ? [`${name} is in error without a reason`] : []
}

/** Whoever looks for a server finds it. */
function misled({ evidence }: Case): readonly string[] {
  const { servers, addresses } = evidence
  const standing = new Set(servers.map(({ id }) => id))
  return [
    ...servers
      .filter(({ id, cell }) => addresses.get(id) !== cell)
      .map(({ id, name }) => `${name} is looked for in ${addresses.get(id) ?? 'no cell'}`),
    ...[...addresses.keys()]
      .filter((server) => !standing.has(server))
      .map((server) => `the address of ${server} leads to nothing`),
  ]
}
