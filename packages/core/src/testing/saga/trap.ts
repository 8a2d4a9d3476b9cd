import type { FailPoint } from '../../saga/index.ts'
import type { Moment } from './stage.ts'

/** Where a case reaches in: the n-th time that a step is begun, on the way there or back. */
export interface Position {
  /** Kind of the saga. */
  readonly kind: string
  /** As {@link FailPointHook} has it. */
  readonly key: string
  /** From 1. */
  readonly visit: number
}

/** Does something once, at one moment. */
export interface Trap {
  readonly hook: (moment: Moment) => Promise<void>
  readonly sprung: boolean
}

export function trap(position: Position, point: FailPoint, act: (moment: Moment) => Promise<void> | void): Trap {
  let visits = 0
  let sprung = false
  return {
    get sprung() {
      return sprung
    },
    hook: async (moment) => {
      if (moment.operation.kind !== position.kind || moment.key !== position.key) return
      if (moment.point === 'before') visits++
      if (sprung || moment.point !== point || visits !== position.visit) return
      sprung = true
      await act(moment)
    },
  }
}

/** All of them, one after another. */
export function together(...traps: readonly Trap[]): Trap['hook'] {
  return async (moment) => {
    for (const one of traps) await one.hook(moment)
  }
}

/** A crash or a pause never returns from the point at which it happens. */
export function forEver(): Promise<never> {
  return new Promise(() => undefined)
}
