import { z } from 'zod'
import type { ApiDeps } from '../deps.ts'
import type { CellId, HostName, NodeName } from '../../domain/ids.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Host } from '../../domain/host/host.ts'
import type { HostRow } from '../../storage/cell/tables.ts'
import type { Instant, Millis } from '../../domain/unit/units.ts'
import type { NodeInventory } from '../../ports/hypervisor.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { authorize } from '../authorize.ts'
import { changeHost, hostRow, hostRows, isUp } from '../../storage/cell/hosts.ts'
import { cellOfHost } from '../../storage/global/hosts.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { id } from '../../domain/ids.ts'
import { instant } from '../../domain/unit/units.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/** Hosts of all cells that answer. */
export interface HostPage {
  readonly hosts: readonly Host[]
  /** Cells that did not answer. */
  readonly partial: readonly CellId[]
}

/** Compute hosts: what Nova calls compute services. All verbs throw `policy.forbidden`. */
export interface HostVerbs {
  list(): Promise<HostPage>
  /** @throws `host.not_found`, `cell.unavailable` */
  get(host: string): Promise<Host>
  /** Servers are placed on it again. @throws `host.not_found`, `cell.unavailable` */
  enable(host: string): Promise<Host>
  /** Nothing more is placed on it; what runs there runs on. @throws `host.not_found`, `cell.unavailable` */
  disable(host: string, reason?: string): Promise<Host>
  /** Counts as down from now on, whatever its agent says. @throws `host.not_found`, `cell.unavailable` */
  forceDown(host: string, down: boolean): Promise<Host>
}

const reasonText = z.string().max(255)

export function hostVerbs(deps: ApiDeps, context: RequestContext): HostVerbs {
  const allow = (rule: string): void => authorize(deps.policy, rule, context, context)
  const change = async (host: string, to: Parameters<typeof changeHost>[2]): Promise<Host> => {
    const name = hostName(host)
    const cell = await cellWith(deps, name)
    await cell.write((tx) => changeHost(tx, name, to))
    deps.hostsChanged()
    return read(deps, cell, name)
  }
  return {
    list: async () => {
      allow('hosts:list')
      return listHosts(deps)
    },
    get: async (host) => {
      allow('hosts:get')
      const name = hostName(host)
      return read(deps, await cellWith(deps, name), name)
    },
    enable: async (host) => {
      allow('hosts:enable')
      return change(host, { enabled: 1, disabled_reason: null })
    },
    disable: async (host, reason) => {
      allow('hosts:disable')
      const text = reason === undefined ? null : parse(reasonText, reason, invalid)
      return change(host, { enabled: 0, disabled_reason: text })
    },
    forceDown: async (host, down) => {
      allow('hosts:forceDown')
      return change(host, { forced_down: parse(z.boolean(), down, invalid) ? 1 : 0 })
    },
  }
}

function hostName(host: string): HostName {
  return id<HostName>(parse(reference, host, invalid))
}

function invalid(what: string): NovakitError {
  return hostErrors.invalid({ what })
}

/** Mapped hosts are found by their mapping; those that wait to be discovered, by asking. */
async function cellWith({ global, cells }: ApiDeps, host: HostName): Promise<Cell> {
  const mapped = await global.read((tx) => cellOfHost(tx, host))
  if (mapped !== null) return cells.get(mapped)
  const answers = await cells.ask((tx) => hostRow(tx, host))
  const found = answers.find((answer) => answer.kind === 'ok' && answer.value !== null)
  if (found === undefined) throw hostErrors.not_found({ host })
  return cells.get(found.cell)
}

async function listHosts({ cells, downAfter }: ApiDeps): Promise<HostPage> {
  const answers = await cells.ask(async (tx, cell) => {
    const now = await tx.now()
    return (await hostRows(tx)).map((row) => toHost(row, cell.id, now, downAfter))
  })
  return {
    hosts: answers.flatMap((answer) => (answer.kind === 'ok' ? answer.value : [])),
    partial: answers.filter((answer) => answer.kind !== 'ok').map((answer) => answer.cell),
  }
}

async function read({ downAfter }: ApiDeps, cell: Cell, host: HostName): Promise<Host> {
  return cell.read(async (tx) => {
    const row = await hostRow(tx, host)
    if (row === null) throw hostErrors.not_found({ host })
    return toHost(row, cell.id, await tx.now(), downAfter)
  })
}

function toHost(row: HostRow, cell: CellId, now: Instant, downAfter: Millis): Host {
  const nodes = JSON.parse(row.nodes) as NodeInventory[]
  return {
    name: id<HostName>(row.host),
    cell,
    nodes: nodes.map(({ node, root, facts }) => ({
      name: id<NodeName>(node),
      provider: root,
      hypervisorType: facts.type,
      hypervisorVersion: facts.version,
    })),
    enabled: row.enabled === 1,
    disabledReason: row.disabled_reason,
    forcedDown: row.forced_down === 1,
    up: isUp(row, now, downAfter),
    lastSeenAt: instant(row.last_seen_at),
    mapped: row.mapped === 1,
  }
}
