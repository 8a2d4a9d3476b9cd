import type { RequestSpec } from '@novakit/core'
import { schedulerWorld } from '@novakit/core/testing'
import { resourceRequestOf } from '../decide/resource-request.ts'

export type Amounts = schedulerWorld.Amounts
export type FlavorOptions = schedulerWorld.FlavorOptions
export type GroupOptions = schedulerWorld.GroupOptions
export type HostOptions = schedulerWorld.HostOptions
export type ProviderOptions = schedulerWorld.ProviderOptions
export type RequestOptions = schedulerWorld.RequestOptions
export type SnapshotOptions = schedulerWorld.SnapshotOptions

export const { aggregate, flavor, frozen, group, host, image, provider, snapshot } = schedulerWorld

/** A request whose resources are those of its flavor, with the flavor's extra specs and the image's traits translated. */
export function request(options: RequestOptions = {}): RequestSpec {
  const asked = options.flavor ?? flavor()
  const bootFromVolume = options.bootFromVolume ?? false
  const resources = options.resources ?? resourceRequestOf(asked, options.image ?? null, { bootFromVolume })
  return schedulerWorld.request({ ...options, flavor: asked, resources })
}
