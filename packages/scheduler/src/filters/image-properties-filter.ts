import { no, yes, type HostState } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { numberOf } from '../decide/operators.ts'
import { versionMeets, versionParts } from '../decide/version-predicate.ts'

export interface ImagePropertiesOptions {
  /** Taken for images that name no architecture. Default: such images run anywhere. */
  readonly defaultArchitecture?: string
}

const unfit = no({ code: 'host.image', message: 'The host cannot run an image with these properties.' })

type Properties = Readonly<Record<string, string>>

/**
 * Hosts that can run the image's architecture, hypervisor type and virtual machine mode, in the hypervisor version and
 * address width it asks for. Source: nova/scheduler/filters/image_props_filter.py.
 */
export function imagePropertiesFilter({ defaultArchitecture }: ImagePropertiesOptions = {}): Filter {
  const wantedOf = (properties: Properties): readonly string[] =>
    [
      architecture(properties['hw_architecture'] ?? properties['architecture'] ?? defaultArchitecture),
      hypervisorType(properties['img_hv_type'] ?? properties['hypervisor_type']),
      vmMode(properties['hw_vm_mode'] ?? properties['vm_mode']),
    ].filter((each) => each !== '')
  return {
    name: 'ImagePropertiesFilter',
    oncePerRequest: true,
    runsOnRebuild: true,
    reads: ({ image }) => image?.properties,
    ignoresUsage: true,
    applies: (request) => wantedOf(request.image?.properties ?? {}).length > 0,
    check: (host, request) => {
      const properties = request.image?.properties ?? {}
      const wanted = wantedOf(properties)
      const runs = host.hypervisor.supportedInstances.some((kind) => wanted.every((each) => kind.includes(each)))
      return runs && hasVersion(host, properties) && hasAddressWidth(host, properties) ? yes : unfit
    },
  }
}

function hasVersion(host: HostState, properties: Properties): boolean {
  const predicate = properties['img_hv_requested_version'] ?? properties['hypervisor_version_requires']
  if (predicate === undefined || host.hypervisor.version === 0) return true
  return versionMeets(versionParts(host.hypervisor.version), predicate)
}

/** A host that does not tell its width passes. */
function hasAddressWidth(host: HostState, properties: Properties): boolean {
  const wanted = properties['hw_maxphysaddr_bits']
  const known = host.hypervisor.cpuInfo['maxphysaddr']
  const bits = typeof known === 'object' && known !== null && 'bits' in known ? known.bits : undefined
  return wanted === undefined || typeof bits !== 'number' || bits >= numberOf(wanted)
}

/** One name for each (nova/objects/fields.py). A name that is not known is kept, and found on no host. */
const canonical =
  (synonyms: Readonly<Record<string, string>>) =>
  (name = ''): string => {
    const lower = name.toLowerCase()
    return Object.hasOwn(synonyms, lower) ? (synonyms[lower] ?? lower) : lower
  }

const architecture = canonical({
  i386: 'i686',
  i486: 'i686',
  i586: 'i686',
  x86_32: 'i686',
  x86_32p: 'i686',
  amd64: 'x86_64',
})
const hypervisorType = canonical({ xapi: 'xen' })
const vmMode = canonical({ pv: 'xen', hv: 'hvm', baremetal: 'hvm' })
