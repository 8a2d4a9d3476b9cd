import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { arrange, contextOf, loadWorkload, policyOf, replay, summarise, type Run } from '@novakit/lab'
import { parseTable } from '../src/workload/table.ts'
import { ownWorkload } from './files.ts'

// The table of Weng et al., Beware of Fragmentation (USENIX ATC 2023), as their artifact's ten runs give it.

export const data = process.env['NOVAKIT_DATA'] ?? null

/** What the artifact calls our policies. */
const THEIR_NAMES: Readonly<Record<string, string>> = {
  random: '01-Random',
  'dot-product': '02-DotProd',
  clustering: '03-GpuClustering',
  packing: '04-GpuPacking',
  'best-fit': '05-BestFit',
  fgd: '06-FGD',
}
export const fgdPolicies = Object.keys(THEIR_NAMES)
export const fgdWorkloads = ['default', 'cpu100', 'gpushare100', 'gpushare40', 'gpuspec10', 'multigpu20']

/** One mean of the table, and ours: GPUs allocated, in percent, when so much was asked for. */
export interface Cell {
  readonly name: string
  readonly theirs: number
  readonly ours: number
  /** How far they may be apart: three standard errors of both means, and 0.3 percentage points. */
  readonly tolerance: number
}

/** The cells of one workload and policy over so many seeds. */
export async function fgdCells(workload: string, policy: string, seeds: number): Promise<readonly Cell[]> {
  const folder = data ?? ''
  const load = await loadWorkload(ownWorkload(`openb-${workload}`), folder)
  const context = contextOf(load)
  const runs = Array.from({ length: seeds }, (_, at) =>
    replay(arrange(load, `${at + 1}`), policyOf(policy, context), context, `${at + 1}`),
  )
  const file = path.join(folder, 'fgd-expected/summary_mean_sd.csv')
  const rows = parseTable(file, await readFile(file, 'utf8')).rows.filter(
    (row) =>
      row.cell('metric') === 'alloc_pct' &&
      row.cell('workload') === workload &&
      row.cell('policy') === THEIR_NAMES[policy],
  )
  return rows.map((row) => {
    const at = Number(row.cell('arrived_pct'))
    const variance = Number(row.cell('sd')) ** 2
    return {
      name: `${workload}, ${policy}, at ${at} %`,
      theirs: Number(row.cell('mean')),
      ours: summarise(runs.map((run) => allocatedAt(run, at))).mean,
      tolerance: 3 * Math.sqrt(variance / seeds + variance / 10) + 0.3,
    }
  })
}

function allocatedAt({ samples }: Run, percent: number): number {
  return 100 * (samples.find(({ at }) => at === percent)?.allocated ?? Number.NaN)
}

/** Those that are too far off, in words. */
export function misses(cells: readonly Cell[]): readonly string[] {
  return cells
    .filter(({ theirs, ours, tolerance }) => !(Math.abs(ours - theirs) <= tolerance))
    .map(({ name, theirs, ours, tolerance }) => `${name}: ${ours.toFixed(2)}, not ${theirs} ± ${tolerance.toFixed(2)}`)
}
