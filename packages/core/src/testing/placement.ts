import { afterEach, beforeEach, describe, it } from 'vitest'
import { seededRandom } from '../system/random.ts'
import { claiming } from './placement/claiming.ts'
import { declaring } from './placement/declaring.ts'
import { following } from './placement/following.ts'
import { guarding } from './placement/guarding.ts'
import { playPlacementHistory, randomPlacementHistory } from './placement/history.ts'
import { racing } from './placement/racing.ts'
import { replacing } from './placement/replacing.ts'
import type { Case, LedgerAndStore } from './placement/world.ts'

export { playPlacementHistory, placementNames, type PlacementCommand } from './placement/history.ts'
export type { ModelClaim } from './placement/model.ts'
export type { LedgerAndStore } from './placement/world.ts'

const histories = Object.fromEntries(
  Array.from({ length: 20 }, (_, n): [string, Case] => [
    `agrees with a model of a few lines over a random history, seed ${n}`,
    (opened) => playPlacementHistory(opened, randomPlacementHistory(seededRandom(`placement ${n}`), 40)),
  ]),
)

const sections: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  declaring,
  claiming,
  replacing,
  guarding,
  following,
  racing,
  histories,
}

export type PlacementCase =
  | keyof typeof declaring
  | keyof typeof claiming
  | keyof typeof replacing
  | keyof typeof guarding
  | keyof typeof following
  | keyof typeof racing

export interface PlacementSuite {
  /** An empty ledger, fresh for every case, in a store that has its tables. */
  make(): Promise<LedgerAndStore>
  /** Case → why this ledger cannot pass it. Printed. */
  readonly skip?: Partial<Record<PlacementCase | 'guarding' | 'racing' | 'histories', string>>
}

/** The conformance suite of a placement ledger. One without guards skips `guarding`, `racing` and `histories`, and says so. */
export function describePlacement(name: string, { make, skip = {} }: PlacementSuite): void {
  const reasons: Readonly<Record<string, string | undefined>> = skip
  describe(`placement ledger ${name}`, () => {
    let opened: LedgerAndStore
    beforeEach(async () => {
      opened = await make()
    })
    afterEach(() => opened.close())
    for (const [section, cases] of Object.entries(sections)) {
      describe(section, () => {
        for (const [title, run] of Object.entries(cases)) {
          const reason = reasons[section] ?? reasons[title]
          if (reason === undefined) it(title, () => run(opened))
          else it.skip(`${title} (skipped: ${reason})`, () => undefined)
        }
      })
    }
  })
}
