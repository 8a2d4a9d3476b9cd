import type { Terminal } from '../terminal.ts'
import type { Verbs } from '@novakit/core'
import { table } from '../terminal.ts'

export interface HostLine {
  readonly host: string
  readonly cell: string
  readonly up: boolean
  readonly servers: number
  readonly vcpus: number
  /** MiB */
  readonly memory: number
}

/** What stands where, counted from the servers themselves. */
export async function showHosts(screen: Terminal, operator: Verbs): Promise<readonly HostLine[]> {
  const cells = new Map((await operator.cells.list()).map((cell) => [cell.id, cell.name]))
  const { servers } = await operator.servers.list({ status: 'ACTIVE' })
  const { hosts } = await operator.hosts.list()
  const lines = hosts.map((host): HostLine => {
    const here = servers.filter((server) => server.placement?.host === host.name)
    return {
      host: host.name,
      cell: cells.get(host.cell) ?? host.cell,
      up: host.up,
      servers: here.length,
      vcpus: here.reduce((sum, { flavor }) => sum + flavor.vcpus, 0),
      memory: here.reduce((sum, { flavor }) => sum + flavor.memory, 0),
    }
  })
  const rows = lines.map(({ host, cell, up, servers: count, vcpus, memory }) => [
    host,
    cell,
    up ? 'up' : 'down',
    count,
    vcpus,
    memory,
  ])
  screen.say(table(['host', 'cell', 'state', 'servers', 'vCPUs', 'MiB'], rows))
  return lines
}
