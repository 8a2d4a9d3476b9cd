import { expect, it } from 'vitest'
import { data, fgdCells, fgdPolicies, fgdWorkloads, misses } from './fgd-table.ts'

const cells = fgdWorkloads.flatMap((workload) => fgdPolicies.map((policy) => [workload, policy] as const))

it.each(cells)('gives the means of the published table: %s, %s, ten seeds', async (workload, policy) => {
  expect(data, 'NOVAKIT_DATA names the folder of openb-gpu-2023 and fgd-expected').not.toBeNull()
  const found = await fgdCells(workload, policy, 10)
  expect(found).toHaveLength(8)
  console.log(found.map(({ name, ours, theirs }) => `${name}: ${ours.toFixed(2)} (${theirs})`).join('\n'))
  expect(misses(found)).toEqual([])
})
