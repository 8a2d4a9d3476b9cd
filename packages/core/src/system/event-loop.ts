/** Calls `task` in the next round of the event loop: everything that can run without waiting for anything runs first. */
export function inNextRound(task: () => void): void {
  setImmediate(task)
}

/** Lets everything else have its turn. No time passes by anybody's clock. */
export function nextRound(): Promise<void> {
  return new Promise(inNextRound)
}
