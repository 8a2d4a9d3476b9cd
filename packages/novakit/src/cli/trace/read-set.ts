import path from 'node:path'
import type { CsvRow } from './csv.ts'
import type { TraceGroup, TraceHost, TraceRequest, TraceRule, TraceSet } from './set.ts'
import { readTable } from './csv.ts'
import { traceErrors } from './errors.ts'

/**
 * A set of the published data (huawei-topology-2025). The source leaves open how its files belong together; our reading:
 * host i has the free resources of row i of PM_res, both NUMA nodes together, and stands in the rack of row i of
 * topology_provider; a group is a strategy and a group id.
 * @param times hosts for each row of PM_res, with the racks of further rows; a part of them below 1
 * @returns null where the files are not there
 * @throws `trace.malformed`, `trace.wrong_use`
 */
export async function readSet(folder: string, name: string, times: number): Promise<TraceSet | null> {
  const [machines, racks, asked] = await Promise.all(
    ['PM_res', 'topology_provider', `VM_data_${name}`].map((table) => readTable(path.join(folder, `${table}.csv.gz`))),
  )
  if (!machines || !racks || !asked) return null
  const count = Math.round(machines.length * times)
  if (count > racks.length) {
    throw traceErrors.wrong_use({ what: `There are racks for ${racks.length} hosts, and ${count} were asked for.` })
  }
  const hosts = Array.from({ length: count }, (_, at) =>
    hostOf(at, machines[at % machines.length] as CsvRow, racks[at] as CsvRow),
  )
  return { name, origin: 'files', hosts, requests: asked.map(requestOf) }
}

function hostOf(at: number, machine: CsvRow, rack: CsvRow): TraceHost {
  return {
    name: `host-${at}`,
    rack: `rack-${rack.text('rack_id').replace(/\.0$/, '')}`,
    vcpus: machine.count('CPU1') + machine.count('CPU2'),
    memoryGiB: machine.count('RAM1') + machine.count('RAM2'),
  }
}

function requestOf(row: CsvRow, at: number): TraceRequest {
  return {
    name: `vm-${at}`,
    vcpus: row.count('flavor_vcpus'),
    memoryGiB: row.count('flavor_ram'),
    group: groupOf(row),
  }
}

const rules: Readonly<Record<string, TraceRule>> = {
  affinity: 'affinity',
  'anti-affinity': 'anti-affinity',
  fault_domain: 'fault-domain',
}

function groupOf(row: CsvRow): TraceGroup | null {
  const strategy = row.text('strategy')
  if (strategy === '') return null
  const rule = rules[strategy]
  if (rule === undefined) throw traceErrors.wrong_use({ what: `Nobody knows the strategy ${strategy.slice(0, 40)}.` })
  return {
    key: `${rule}/${row.text('group')}`,
    rule,
    domain: rule === 'fault-domain' ? `domain-${row.text('domain')}` : '',
  }
}
