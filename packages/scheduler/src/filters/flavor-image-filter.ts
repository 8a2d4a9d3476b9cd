import { no, yes, type RequestSpec, type Verdict } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { hardwareRequestOf } from '../hardware/guest/hardware-request.ts'

/**
 * No host takes a server whose flavor and image contradict themselves or each other about its hardware, such as half a
 * NUMA node or processors of its own that the flavor does not give. Nova refuses such a request when it is made
 * (nova/virt/hardware.py, `numa_get_constraints`); to whom it comes unchecked, this filter says why.
 */
export const flavorImageFilter: Filter = {
  name: 'FlavorImageFilter',
  oncePerRequest: true,
  runsOnRebuild: true,
  reads: ({ flavor, image }) => [flavor.extraSpecs, flavor.vcpus, flavor.memory, image?.properties],
  ignoresUsage: true,
  applies: (request) => !verdictOn(request).ok,
  check: (_, request, view) => view.once(flavorImageFilter, () => verdictOn(request)),
}

function verdictOn(request: RequestSpec): Verdict {
  const answer = hardwareRequestOf(request)
  return answer.ok ? yes : no(answer.reason, 'never')
}
