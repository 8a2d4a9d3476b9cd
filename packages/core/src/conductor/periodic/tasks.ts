import type { ConductorDeps } from '../deps.ts'
import type { PeriodicTask } from './periodic.ts'
import { listenOn } from './listen-on.ts'

/** Everything that a conductor does of itself. */
export function periodicTasks(deps: ConductorDeps): readonly PeriodicTask[] {
  return [listenOn(deps)]
}
