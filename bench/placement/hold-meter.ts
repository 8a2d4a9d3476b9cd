/** How long an event loop went without a turn. */
export interface Hold {
  /** Milliseconds between two turns. */
  readonly passed: number
  /** Of those, the milliseconds of CPU that the thread had. The kernel brings it up to date some milliseconds late. */
  readonly worked: number
}

/** What the loop was really kept for: a busy machine makes any turn late, and so does a wait for the disk. */
export function heldFor({ passed, worked }: Hold): number {
  return Math.min(passed, worked)
}

const EVERY = 1
const NONE: Hold = { passed: 0, worked: 0 }

/** Watches the loop of this thread from now on. @returns a function that tells the longest hold since it was last called */
export function watchLoop(): () => Hold {
  let longest = NONE
  let last = performance.now()
  let before = process.threadCpuUsage()
  const turn = (): void => {
    const passed = performance.now() - last - EVERY
    const { user, system } = process.threadCpuUsage(before)
    const hold = { passed, worked: (user + system) / 1000 }
    if (heldFor(hold) > heldFor(longest)) longest = hold
    last = performance.now()
    before = process.threadCpuUsage()
  }
  setInterval(turn, EVERY).unref()
  return () => {
    const told = longest
    longest = NONE
    return told
  }
}
