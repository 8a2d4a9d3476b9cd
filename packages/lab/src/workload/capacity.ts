import type { HostState } from '@novakit/core'
import { capacityIn } from '@novakit/scheduler'

/** What all hosts together have of a class. */
export function capacityOfHosts(hosts: readonly HostState[], resourceClass: string): number {
  return hosts.reduce((sum, host) => sum + capacityIn(host, resourceClass), 0)
}
