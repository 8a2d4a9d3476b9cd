import type { Occasion } from './operations.ts'
import type { OperationId } from '../domain/ids.ts'

/** What a worker is to look at and what it is at: each operation once, at most so many at a time. */
export interface Worklist {
  /** To be looked at when there is a place free; once more, if it is under way now, lest a wake-up be lost. */
  add(operation: OperationId, occasion: Occasion): void
  /** Is under way from now on, whatever number that makes. */
  begin(operation: OperationId, work: () => Promise<unknown>): void
  readonly full: boolean
  /** How many are under way. */
  readonly busy: number
  /** Resolves when those that are under way now are not any more. */
  settled(): Promise<void>
  /** Nothing more is begun. */
  close(): void
}

/** @param work looks at one operation; never rejects */
export function worklist(
  concurrency: number,
  work: (operation: OperationId, occasion: Occasion) => Promise<unknown>,
): Worklist {
  const queue = new Map<OperationId, Occasion>()
  const busy = new Map<OperationId, Promise<unknown>>()
  const again = new Map<OperationId, Occasion>()
  /** What was to begin while it was under way: its lease is granted, and nobody else can take it. */
  const granted = new Map<OperationId, () => Promise<unknown>>()
  let open = true

  const fill = (): void => {
    for (const [operation, occasion] of queue) {
      if (busy.size >= concurrency || !open) return
      queue.delete(operation)
      begin(operation, occasion, () => work(operation, occasion))
    }
  }
  const begin = (operation: OperationId, occasion: Occasion, start: () => Promise<unknown>): void => {
    if (busy.has(operation)) return note(again, operation, occasion)
    busy.set(
      operation,
      start().finally(() => over(operation)),
    )
  }
  const over = (operation: OperationId): void => {
    busy.delete(operation)
    const start = granted.get(operation)
    granted.delete(operation)
    if (start !== undefined) begin(operation, 'due', start)
    const occasion = again.get(operation)
    again.delete(operation)
    if (occasion !== undefined && open) note(queue, operation, occasion)
    fill()
  }
  return {
    add: (operation, occasion) => {
      if (!open) return
      note(queue, operation, occasion)
      fill()
    },
    begin: (operation, start) => {
      if (busy.has(operation)) granted.set(operation, start)
      else begin(operation, 'due', start)
    },
    get full() {
      return busy.size >= concurrency
    },
    get busy() {
      return busy.size
    },
    settled: async () => void (await Promise.all(busy.values())),
    close: () => {
      open = false
      queue.clear()
    },
  }
}

/** What was woken stays so, whoever else asks for it. */
function note(operations: Map<OperationId, Occasion>, operation: OperationId, occasion: Occasion): void {
  if (operations.get(operation) !== 'woken') operations.set(operation, occasion)
}
