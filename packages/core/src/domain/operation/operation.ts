import type { Help, Problem } from '../error.ts'
import type { HostName, OperationId, ServerId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'
import type { Json } from '../json.ts'
import type { PowerState } from '../server/states.ts'
import type { StoreName } from '../storage/store-name.ts'

/** `accepted → running ⇄ parked → done | failed`, or `undoing → failed`. `waiting` between tries counts as running. */
export type OperationState = 'accepted' | 'running' | 'parked' | 'undoing' | 'done' | 'failed'

export const liveOperationStates: readonly OperationState[] = ['accepted', 'running', 'parked', 'undoing']

/** The operation that another belongs to. */
export interface ParentOperation {
  readonly store: StoreName
  readonly operation: OperationId
}

/** An accepted intent: it ends, whatever happens to the processes that work on it. */
export interface Operation {
  readonly id: OperationId
  /** The saga that runs it, `noun.verb`. */
  readonly kind: string
  /** What it is about: a server, or a reservation of several. */
  readonly subject: string
  /** Who waits for it, in whichever store. */
  readonly parent: ParentOperation | null
  /** JSON; secrets inside are sealed. */
  readonly request: Json
  readonly state: OperationState
  /** What its steps came to, oldest first. Lines are only ever added. */
  readonly journal: readonly JournalEntry[]
  /** A host's latest answer. */
  readonly report: Report | null
  /** Index of the step under way. */
  readonly cursor: number
  /** Grows when the step under way is tried again. */
  readonly attempt: number
  /** How often the step under way was tried without success. */
  readonly tries: number
  readonly problem: Problem | null
  /** Steps that cannot be undone yet are tried for ever; after some tries an operator is told. */
  readonly needsRepair: boolean
  readonly deadline: Instant | null
  readonly dueAt: Instant
  /** Wake-ups it has had. */
  readonly wakes: number
  readonly lease: Lease | null
  readonly createdAt: Instant
  readonly endedAt: Instant | null
  readonly traceId: string
}

/** The right to work on an operation. `epoch` grows with every acquisition; a writer with an older one has lost. */
export interface Lease {
  readonly owner: string
  readonly epoch: number
  /** By the store's clock. */
  readonly until: Instant
}

export type JournalPhase = 'begun' | 'done' | 'failed' | 'undoing' | 'undone'

/** One line of an operation's journal. */
export interface JournalEntry {
  readonly step: string
  readonly attempt: number
  readonly phase: JournalPhase
  readonly output: Json
  readonly at: Instant
}

/** A host's answer to a parked step. The second delivery changes nothing. */
export interface Report {
  readonly operation: OperationId
  readonly step: string
  readonly attempt: number
  readonly host: HostName
  /** Null for what is not about one server. */
  readonly server: ServerId | null
  /** The fencing token that the command carried. */
  readonly epoch: number
  readonly outcome:
    | { readonly kind: 'done'; readonly output: Json }
    | {
        readonly kind: 'failed'
        readonly problem: Problem
        readonly help: Help
        /** What the guest shows all the same, where it is there and that could be seen. */
        readonly power?: PowerState | undefined
      }
}
