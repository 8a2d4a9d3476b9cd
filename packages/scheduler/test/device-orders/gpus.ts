import type { HostState, ResourceRequest } from '@novakit/core'
import { host, provider, request, type RequestOptions } from '@novakit/scheduler/testing'

/** Thousandths of a GPU. */
export const GPU = 'CUSTOM_GPU_MILLI'

/** A host whose GPUs have so much used of 1000 each. */
export function gpuHost(name: string, used: readonly number[], options: Parameters<typeof host>[1] = {}): HostState {
  return host(name, {
    ...options,
    children: used.map((amount, at) =>
      provider(`${name}-gpu${at}`, { parent: name, inventories: { [GPU]: { total: 1000, used: amount } } }),
    ),
  })
}

/** Processors of the root, and so much of each of so many GPUs. */
export function gpuRequest(vcpus: number, units: number, count = 1, options: RequestOptions = {}) {
  const none = { required: [], forbidden: [], memberOf: [], forbiddenAggregates: [], inTree: null }
  const resources: ResourceRequest = {
    groups: [
      { suffix: '', resources: { VCPU: vcpus }, ...none },
      ...Array.from({ length: count }, (_, at) => ({ suffix: `_${at}`, resources: { [GPU]: units }, ...none })),
    ],
    groupPolicy: count > 1 ? 'isolate' : null,
    rootRequired: [],
    rootForbidden: [],
    sameSubtree: [],
  }
  return request({ ...options, resources })
}
