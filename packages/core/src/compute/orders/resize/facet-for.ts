import type { OrderDeps } from '../../deps.ts'
import type { ResizeFacet } from '../../../ports/hypervisor.ts'
import { facet } from '../act/facet.ts'

/** @throws `host.unsupported` */
export function facetFor({ hypervisor }: Pick<OrderDeps, 'hypervisor'>): ResizeFacet {
  return facet(hypervisor, 'resize', 'move a guest with its disks')
}
