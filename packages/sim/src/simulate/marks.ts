/**
 * What the seeds of one CI run must have reached between them: a test that never comes to where it is interesting shows
 * nothing. `sometimes` in other simulators.
 */
export const expectedMarks: readonly string[] = [
  'a client asks again',
  'a cloud at rest is left alone',
  'a clock goes ahead',
  'a clock goes back',
  'a commit ends: lost',
  'a commit ends: retry',
  'a commit ends: unknown_kept',
  'a commit ends: unknown_lost',
  'a conductor dies after commit',
  'a conductor dies after effect',
  'a conductor dies before',
  'a conductor goes on with what another began',
  'a conductor stands still',
  'a create is refused: quota.exceeded',
  'a host has two agents',
  'a host is out of service for a while',
  'a host reports a failure',
  'a hypervisor call meets error',
  'a hypervisor call meets error-after-effect',
  'a hypervisor call meets hang',
  'a hypervisor call meets late-effect',
  'a hypervisor call meets no-effect',
  'a list has several pages',
  'a machine with guests loses its power',
  'a process dies at a store',
  'a process hears nothing',
  'a process is cut off',
  'a process is not heard',
  'a request is cancelled before its server is built',
  'a server in error is deleted',
  'a server is deleted twice at one time',
  'a server is deleted while it is built',
  'a server is tried on a second host',
  'a server is tried on a third host',
  'a server.build fails',
  'a server.build goes back',
  'a step fails',
  'a step is tried again',
  'an agent dies in the middle of a destroy',
  'an agent dies in the middle of a spawn',
  'every process is dead at once',
  'something goes wrong on the way back',
  'the global store is away',
  'the store of a cell is away',
]

export function missingMarks(reached: ReadonlyMap<string, number>): readonly string[] {
  return expectedMarks.filter((mark) => !reached.has(mark))
}
