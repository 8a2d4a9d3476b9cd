import { DatabaseSync } from 'node:sqlite'
import type { Evidence, SeenFault, SeenServer, SeenStage } from './evidence.ts'

type Row = Readonly<Record<string, string | number | null>>
type Ask = (sql: string) => readonly Row[]

/**
 * Reads a database of the cloud with nothing of the cloud's own code, so that what it says is not what the cloud thinks
 * it says. Opened to be read only; whoever runs the cloud may go on.
 */
export function readEvidence(file: string): Evidence {
  return reading(file, evidenceOf)
}

/** Only what is still to be done. */
export function readPending(file: string): readonly string[] {
  return reading(file, (ask) => pendingIn(ask, cellsOf(ask)))
}

/** One picture: what is written meanwhile is not seen. */
function reading<T>(file: string, look: (ask: Ask) => T): T {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const ask: Ask = (sql) => db.prepare(sql).all() as Row[]
    ask('begin')
    return look(ask)
  } finally {
    db.close()
  }
}

/** How the tables of each cell begin. */
function cellsOf(ask: Ask): readonly string[] {
  const tables = ask(`select name from sqlite_master where type = 'table'`).map((row) => text(row, 'name'))
  return tables.filter((name) => name.endsWith('_instance')).map((name) => name.slice(0, -'instance'.length))
}

function evidenceOf(ask: Ask): Evidence {
  const cells = cellsOf(ask)
  return {
    servers: cells.flatMap((cell) => serversIn(ask, cell)),
    ...ledgerRows(ask),
    members: ask('select server_group, server, partition from global_server_group_member').map((row) => ({
      group: text(row, 'server_group'),
      server: text(row, 'server'),
      partition: row['partition'] === null ? null : text(row, 'partition'),
    })),
    usage: ask(`select project, resource, used from global_quota_usage where user = '' and used <> 0`).map((row) =>
      counted(row, 'used'),
    ),
    charges: ask('select subject, project, resource, amount from global_quota_charge').map((row) => ({
      subject: text(row, 'subject'),
      ...counted(row, 'amount'),
    })),
    addresses: new Map(
      ask('select server, cell from global_instance_mapping where deleted = 0').map((row) => [
        text(row, 'server'),
        row['cell'] === null ? null : prefixOf(text(row, 'cell')),
      ]),
    ),
    pending: pendingIn(ask, cells),
  }
}

function serversIn(ask: Ask, cell: string): readonly SeenServer[] {
  const faults = new Map(
    ask(`select server, problem from ${cell}instance_fault order by at`).map((row) => [
      text(row, 'server'),
      faultOf(text(row, 'problem')),
    ]),
  )
  const columns = 'id, name, project, vm_state, task_state, host, flavor'
  return ask(`select ${columns} from ${cell}instance where deleted_at is null`).map((row) => {
    const flavor = JSON.parse(text(row, 'flavor')) as { vcpus: number; memory: number }
    return {
      id: text(row, 'id'),
      name: text(row, 'name'),
      project: text(row, 'project'),
      cell,
      state: text(row, 'vm_state'),
      task: row['task_state'] === null ? null : text(row, 'task_state'),
      host: row['host'] === null ? null : text(row, 'host'),
      vcpus: flavor.vcpus,
      memory: flavor.memory,
      fault: faults.get(text(row, 'id')) ?? null,
    }
  })
}

function faultOf(problem: string): SeenFault {
  const { code, detail } = JSON.parse(problem) as { code: string; detail?: { stages?: readonly SeenStage[] } }
  return { code, stages: (detail?.stages ?? []).map(({ name, after, refused }) => ({ name, after, refused })) }
}

function ledgerRows(ask: Ask): Pick<Evidence, 'allocations' | 'inventories' | 'guards' | 'holds'> {
  const hostOf = `
    from global_resource_provider p join global_host_node n on n.provider = p.root
    join`
  return {
    allocations: ask(
      `select a.consumer, n.host, a.resource_class, a.used ${hostOf} global_allocation a on a.provider = p.id`,
    ).map((row) => ({
      server: text(row, 'consumer'),
      host: text(row, 'host'),
      resource: text(row, 'resource_class'),
      amount: count(row, 'used'),
    })),
    inventories: ask(
      `select n.host, i.resource_class, i.total, i.reserved, i.allocation_ratio, i.used
       ${hostOf} global_inventory i on i.provider = p.id`,
    ).map((row) => ({
      host: text(row, 'host'),
      resource: text(row, 'resource_class'),
      capacity: Math.floor((count(row, 'total') - count(row, 'reserved')) * count(row, 'allocation_ratio')),
      used: count(row, 'used'),
    })),
    guards: ask('select kind, name, held from global_guard').map((row) => ({
      name: `${text(row, 'kind')} ${text(row, 'name')}`,
      held: count(row, 'held'),
    })),
    holds: ask('select consumer, kind, name, held from global_guard_hold').map((row) => ({
      server: text(row, 'consumer'),
      name: `${text(row, 'kind')} ${text(row, 'name')}`,
      held: count(row, 'held'),
    })),
  }
}

function pendingIn(ask: Ask, cells: readonly string[]): readonly string[] {
  const builds = ask('select server from global_build_request').map(
    (row) => `the build request of ${text(row, 'server')}`,
  )
  const ofStores = ['global_', ...cells].flatMap((store) => [
    ...ask(`select kind, subject, state from ${store}operation where state not in ('done', 'failed')`).map(
      (row) => `${text(row, 'kind')} of ${text(row, 'subject')}, which is ${text(row, 'state')},`,
    ),
    ...ask(`select name, subject from ${store}outbox`).map(
      (row) => `the event ${text(row, 'name')} of ${text(row, 'subject')}`,
    ),
  ])
  return [...builds, ...ofStores]
}

/** How the tables of a cell begin. */
function prefixOf(cell: string): string {
  const plain = cell.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return /^0+$/.test(plain) ? 'cell0_' : `cell_${plain.slice(-12)}_`
}

function counted(row: Row, column: string) {
  return { project: text(row, 'project'), resource: text(row, 'resource'), amount: count(row, column) }
}

const text = (row: Row, column: string): string => String(row[column])
const count = (row: Row, column: string): number => Number(row[column])
