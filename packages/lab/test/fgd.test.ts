import { loadWorkload } from '@novakit/lab'
import { expect, it } from 'vitest'
import { data, fgdCells, fgdPolicies, misses } from './fgd-table.ts'
import { ownWorkload } from './files.ts'

// A slice of the table of tens of seconds; fgd.long.test.ts has all of it.
it.each(fgdPolicies)(
  'gives the means of the published table: default, %s, one seed',
  async (policy) => {
    if (data === null) {
      // Without the trace there is nothing to compare: the lab says what it misses.
      return expect(loadWorkload(ownWorkload('openb-default'))).rejects.toThrow(/openb.*NOVAKIT_DATA/)
    }
    const cells = await fgdCells('default', policy, 1)
    expect(cells).toHaveLength(8)
    expect(misses(cells)).toEqual([])
  },
  300_000,
)
