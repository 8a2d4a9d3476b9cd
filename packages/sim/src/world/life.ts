/** Whether a process of a simulated cloud runs, stands still, or is dead. */
export interface Life {
  readonly state: 'running' | 'paused' | 'dead'
  /** Resolves while it runs, once it is resumed while it stands still, and never when it is dead. */
  goesOn(): Promise<void>
  pause(): void
  resume(): void
  end(): void
}

export function life(): Life {
  let state: Life['state'] = 'running'
  let running = Promise.withResolvers<void>()
  running.resolve()
  return {
    get state() {
      return state
    },
    goesOn: () => running.promise,
    pause: () => {
      if (state !== 'running') return
      state = 'paused'
      running = Promise.withResolvers<void>()
    },
    resume: () => {
      if (state !== 'paused') return
      state = 'running'
      running.resolve()
    },
    end: () => {
      // Whoever waits for a process that was paused waits for ever.
      if (state === 'running') running = Promise.withResolvers<void>()
      state = 'dead'
    },
  }
}
