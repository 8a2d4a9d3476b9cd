import type { ConductorDeps } from '../deps.ts'
import type { PeriodicTask } from './periodic.ts'
import { expireResizes } from './expire-resizes.ts'
import { listenOn } from './listen-on.ts'
import { offload } from './offload.ts'
import { reclaim } from './reclaim.ts'
import { recoverHosts } from './recover-hosts.ts'

/** Everything that a conductor does of itself, as far as this cloud is to have it done. */
export function periodicTasks(deps: ConductorDeps): readonly PeriodicTask[] {
  const { recovery, timing } = deps
  return [
    listenOn(deps),
    ...(timing.reclaimAfter > 0 ? [reclaim(deps)] : []),
    ...(timing.offloadAfter > 0 ? [offload(deps)] : []),
    ...(recovery === null ? [] : [recoverHosts(deps, recovery)]),
    ...(timing.resizeConfirmWithin > 0 ? [expireResizes(deps)] : []),
  ]
}
