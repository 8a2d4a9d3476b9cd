import type { PowerState, VmState } from './states.ts'

/**
 * Whether a server that rests is to be stopped, because its guest does not show what it should. Who shut a guest down
 * from inside finds the server stopped; one that was stopped and runs all the same is stopped again. The rest is only
 * shown (nova/compute/manager.py, `_sync_instance_power_state`).
 */
export function mustStop(vmState: VmState, power: PowerState): boolean {
  const down = power === 'shutdown' || power === 'crashed'
  switch (vmState) {
    case 'active':
      return down || power === 'suspended'
    case 'paused':
      return down
    case 'stopped':
      return !down && power !== 'nostate'
    default:
      return false
  }
}
