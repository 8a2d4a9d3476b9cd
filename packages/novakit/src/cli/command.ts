/** A verb of the command line. */
export interface Command {
  /** One line for the list of verbs. */
  readonly summary: string
  /** What `--help` prints. */
  readonly usage: string
  /** @returns the exit code: 0 done, 1 failed, 2 wrong use */
  run(args: readonly string[]): Promise<number>
}
