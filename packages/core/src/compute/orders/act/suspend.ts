import { plainOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { refOf } from '../ref-of.ts'
import { facet } from './facet.ts'
import { spawnOrder } from '../spawn-order.ts'

/** Writes the guest's memory to disk and stops it. */
export const suspend = plainOrder('suspend', async (deps, command) => {
  await facet(deps.hypervisor, 'suspend', 'suspend a guest').suspend(refOf(command))
  return expectPower(deps, command, 'suspended', 'shutdown')
})

/** Goes on where the guest was suspended. */
export const resume = plainOrder('resume', async (deps, command, { guest }, signal) => {
  const suspended = facet(deps.hypervisor, 'suspend', 'resume a guest')
  await suspended.resume(await spawnOrder(deps, command, guest, signal, { exists: true }))
  return expectPower(deps, command, 'running')
})
