import type { CloudWorld } from './cloud-world.ts'
import { seconds } from '@novakit/core'

/** How often an operator looks for fenced hosts, and for how long: one may just be being fenced. */
const EVERY = seconds(4)
const LOOKS = 10

/** As an operator does it with hosts that were fenced and work again: they are part of the cloud as before. */
export function giveBackHosts(world: CloudWorld, looks = LOOKS): void {
  void giveBack(world).finally(() => {
    if (looks > 1) world.clock.after(EVERY, () => giveBackHosts(world, looks - 1))
  })
}

async function giveBack({ admin, hosts }: CloudWorld): Promise<void> {
  const down = (await admin.hosts.list()).hosts.filter(({ forcedDown }) => forcedDown)
  for (const { name } of down) {
    void hosts.find((host) => host.name === name)?.restorePower()
    await admin.hosts.enable(name)
    await admin.hosts.forceDown(name, false)
  }
}
