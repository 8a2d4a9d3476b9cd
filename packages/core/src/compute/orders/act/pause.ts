import { plainOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { refOf } from '../ref-of.ts'
import { facet } from './facet.ts'

/** Stops the guest's processors; its memory stays. */
export const pause = plainOrder('pause', async (deps, command) => {
  await facet(deps.hypervisor, 'pause', 'pause a guest').pause(refOf(command))
  return expectPower(deps, command, 'paused')
})

export const unpause = plainOrder('unpause', async (deps, command) => {
  await facet(deps.hypervisor, 'pause', 'unpause a guest').unpause(refOf(command))
  return expectPower(deps, command, 'running')
})
