import type { HypervisorFacets, HypervisorHost } from '../../../ports/hypervisor.ts'
import { hostErrors } from '../../../domain/host/errors.ts'

/** What this hypervisor can do beyond the core. @throws `host.unsupported`, in these words, where it cannot */
export function facet<Name extends keyof HypervisorFacets>(
  hypervisor: HypervisorHost,
  name: Name,
  what: string,
): HypervisorFacets[Name] {
  const found = hypervisor[name]
  if (found === undefined) throw hostErrors.unsupported({ what })
  return found as HypervisorFacets[Name]
}
