import type { CloudWorld } from '../world/cloud-world.ts'
import { giveBackHosts } from '../world/give-back-hosts.ts'
import { letHungCallsGo } from './hypervisors.ts'

/** All is well again: what was broken works, what was dead lives, one agent on each host. */
export async function heal(world: CloudWorld): Promise<void> {
  world.bus.faults(null)
  world.bus.fates.clear()
  world.intercept(null)
  world.driverFaults(null)
  world.chaos.failPoints.clear()
  world.chaos.driver.clear()
  world.chaos.storage.clear()
  world.networks.heal()
  world.images.heal()
  world.volumes.heal()
  world.outages.clear()
  for (const host of world.hosts) {
    void host.restorePower()
    host.jump(0)
  }
  for (const { life, clock } of world.conductors) {
    life.resume()
    clock.jump(0)
  }
  if (!world.conductors.some(({ life }) => life.state === 'running')) await world.addConductor()
  await letHungCallsGo(world)
  giveBackHosts(world)
}
