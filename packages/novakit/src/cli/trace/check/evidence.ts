/** What a database says, as plain rows: all that the check knows of a cloud, beside the set that it was asked for. */
export interface Evidence {
  /** Those that are not deleted. */
  readonly servers: readonly SeenServer[]
  readonly allocations: readonly {
    readonly server: string
    readonly host: string
    readonly resource: string
    readonly amount: number
  }[]
  readonly inventories: readonly {
    readonly host: string
    readonly resource: string
    readonly capacity: number
    readonly used: number
  }[]
  /** Guards, and who holds how much of them. */
  readonly guards: readonly { readonly name: string; readonly held: number }[]
  readonly holds: readonly { readonly server: string; readonly name: string; readonly held: number }[]
  readonly members: readonly { readonly group: string; readonly server: string; readonly partition: string | null }[]
  /** Counters of projects, not those of their users. */
  readonly usage: readonly Counted[]
  readonly charges: readonly (Counted & { readonly subject: string })[]
  /** Server → the cell in which it is to be looked for. */
  readonly addresses: ReadonlyMap<string, string | null>
  /** What is still to be done: operations, build requests, events. One line each. */
  readonly pending: readonly string[]
}

export interface Counted {
  readonly project: string
  readonly resource: string
  readonly amount: number
}

export interface SeenServer {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly cell: string
  readonly state: string
  readonly task: string | null
  readonly host: string | null
  readonly vcpus: number
  /** MiB */
  readonly memory: number
  readonly fault: SeenFault | null
}

export interface SeenFault {
  readonly code: string
  /** Of the explanation, in their order: what fell for which reasons. */
  readonly stages: readonly SeenStage[]
}

export interface SeenStage {
  readonly name: string
  readonly after: number
  readonly refused: Readonly<Record<string, number>>
}

/** A guest as its hypervisor has it. */
export interface SeenGuest {
  readonly server: string
  readonly host: string
  readonly running: boolean
}
