import type { Case, Judge } from './case.ts'
import { beatsGreed } from './beats-greed.ts'
import { booksBalance } from './books-balance.ts'
import { eachEnded } from './each-ended.ts'
import { guestsStand } from './guests-stand.ts'
import { refusalsHold } from './refusals-hold.ts'
import { rulesKept } from './rules-kept.ts'

const judges: Readonly<Record<string, Judge>> = {
  eachEnded,
  rulesKept,
  booksBalance,
  guestsStand,
  refusalsHold,
  beatsGreed,
}

/** Everything that is wrong with what came of a set, with the name of the judge that found it. Shares no code with the cloud. */
export function verify(given: Case): readonly string[] {
  return Object.entries(judges).flatMap(([name, judge]) => judge(given).map((finding) => `${name}: ${finding}`))
}
