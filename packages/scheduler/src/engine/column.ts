import type { HostState, RequestSpec } from '@novakit/core'
import { FAILED, scoreOf, type Weigher } from '../decide/weigher.ts'
import type { View } from '../decide/view.ts'
import type { Fleet } from './fleet.ts'
import { follow } from './follow.ts'
import { viewOf } from './gate.ts'

/** The raw scores that one weigher gives, by slot. */
export interface Column {
  values: Float64Array
  /** Of how many hosts it is {@link FAILED}. */
  readonly failures: number
  /** Whether hosts were ever given different scores, in this era. */
  readonly varies: boolean
  /** The score of all hosts, while it does not vary. */
  readonly common: number
  sync(): void
}

/** @param request stands for all that are alike in what the weigher reads */
export function openColumn(fleet: Fleet, weigher: Weigher, request: RequestSpec): Column {
  let view: View = viewOf(fleet)
  let failures = 0
  let varies = false
  let common = Number.NaN
  const score = (slot: number): void => {
    const host: HostState | null = fleet.hosts[slot] ?? null
    if (column.values[slot] === FAILED) failures--
    const raw = host === null ? 0 : scoreOf(weigher, host, request, view)
    column.values[slot] = raw
    if (host === null) return
    if (raw === FAILED) failures++
    if (Number.isNaN(common)) common = raw
    else if (raw !== common) varies = true
  }
  const anew = (): void => {
    view = viewOf(fleet)
    failures = 0
    varies = false
    common = Number.NaN
    column.values = new Float64Array(fleet.capacity)
    for (let slot = 0; slot < fleet.size; slot++) score(slot)
  }
  const column = {
    values: new Float64Array(0),
    get failures() {
      return failures
    },
    get varies() {
      return varies
    },
    get common() {
      return common
    },
    sync: follow(fleet, anew, (slot, usageOnly) => {
      if (!(usageOnly && weigher.ignoresUsage === true)) score(slot)
    }),
  }
  return column
}

/** One score for all hosts. */
export function constantColumn(fleet: Fleet, raw: number): Column {
  const column = {
    values: new Float64Array(0),
    failures: 0,
    varies: false,
    common: raw,
    sync: () => {
      if (column.values.length !== fleet.capacity) column.values = new Float64Array(fleet.capacity).fill(raw)
    },
  }
  return column
}
