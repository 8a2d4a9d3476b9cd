import type { Flavor, Image, ResourceGroup, ResourceRequest } from '@novakit/core'
import { hardwareRequestOf, type HardwareRequest } from '../hardware/guest/hardware-request.ts'

/** Resources and traits of one group while they are gathered. An amount of 0 is kept: it says what not to ask for. */
interface Draft {
  readonly resources: Map<string, number>
  readonly required: Set<string>
  readonly forbidden: Set<string>
}

/**
 * What a server asks of Placement.
 *
 * - `VCPU`, `MEMORY_MB` and `DISK_GB` of the flavor, unless an extra spec speaks of the class (0 asks for none of it).
 *   The disk is root (not when it boots from a volume), ephemeral, and swap rounded up to GiB.
 * - `resources[suffix]:CLASS=n` and `trait[suffix]:NAME=required|forbidden` go to the group of that suffix.
 * - `trait:NAME=required` of the image goes to the group without a suffix.
 * - `group_policy=none|isolate`.
 * - CPU policies become `PCPU` and the trait of hyperthreading; encrypted and persistent memory, TPM, secure boot and the
 *   like classes and traits. What contradicts itself is left out here, and refused by `FlavorImageFilter`.
 *
 * Source: nova/scheduler/utils.py, `ResourceRequest.from_request_spec`. As there, amounts that are no whole number and
 * values of traits and policies that are not known are passed over. Unlike there, a class that is in no list is asked
 * for all the same: the request is then refused rather than served without it.
 */
export function resourceRequestOf(
  flavor: Flavor,
  image: Image | null,
  options: { readonly bootFromVolume: boolean },
): ResourceRequest {
  const drafts = new Map<string, Draft>([['', draft()]])
  for (const [key, value] of Object.entries(flavor.extraSpecs)) addSpec(drafts, key, value)
  addImageTraits(drafts, image)
  const answer = hardwareRequestOf({ flavor, image })
  const hardware = answer.ok ? answer.hardware : null
  if (hardware !== null) addProcessors(drafts, flavor, hardware)
  addFlavor(drafts, flavor, options.bootFromVolume)
  if (hardware !== null) addFeatures(drafts, hardware)
  return {
    groups: [...drafts].map(([suffix, each]) => groupOf(suffix, each)).filter((group) => !isEmpty(group)),
    groupPolicy: groupPolicyOf(flavor),
    rootRequired: hardware?.features.rootRequired ?? [],
    rootForbidden: [],
    sameSubtree: [],
  }
}

function draft(): Draft {
  return { resources: new Map(), required: new Set(), forbidden: new Set() }
}

/** The prefix, an optional suffix, and the name of a class or trait. */
const specPattern = /^(resources|trait)([a-zA-Z0-9_-]{1,64})?:([A-Z0-9_]{1,255})$/

function addSpec(drafts: Map<string, Draft>, key: string, value: string): void {
  const [, kind, suffix = '', name] = specPattern.exec(key) ?? []
  if (name === undefined) return
  const group = drafts.get(suffix) ?? draft()
  drafts.set(suffix, group)
  if (kind === 'trait') return addTrait(group, name, value)
  const amount = /^\s*\+?\d+\s*$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(amount)) group.resources.set(name, amount)
}

function addTrait(group: Draft, name: string, value: string): void {
  if (value === 'required') group.required.add(name)
  if (value === 'forbidden') group.forbidden.add(name)
}

function addImageTraits(drafts: Map<string, Draft>, image: Image | null): void {
  for (const [key, value] of Object.entries(image?.properties ?? {})) {
    if (key.startsWith('trait:') && value === 'required') addSpec(drafts, key, value)
  }
}

/** `_translate_pinning_policies`: one processor more where the emulator has one of its own. */
function addProcessors(drafts: Map<string, Draft>, flavor: Flavor, { cpu }: HardwareRequest): void {
  const own = drafts.get('')
  if (own === undefined) return
  if (cpu.policy === 'dedicated' || cpu.policy === 'mixed') {
    const pinned = cpu.policy === 'dedicated' ? flavor.vcpus : ((cpu.dedicated ?? cpu.realTime)?.size ?? 0)
    if (cpu.policy === 'mixed') own.resources.set('VCPU', flavor.vcpus - pinned)
    own.resources.set('PCPU', pinned + (cpu.emulator === 'isolate' ? 1 : 0))
  }
  if (cpu.threads === 'isolate') own.forbidden.add('HW_CPU_HYPERTHREADING')
  if (cpu.threads === 'require') own.required.add('HW_CPU_HYPERTHREADING')
}

function addFeatures(drafts: Map<string, Draft>, { features, persistentMemories, pciPolicy }: HardwareRequest): void {
  const own = drafts.get('')
  if (own === undefined) return
  if (features.encryptsMemory) own.resources.set('MEM_ENCRYPTION_CONTEXT', 1)
  for (const label of persistentMemories) {
    const resourceClass = `CUSTOM_PMEM_NAMESPACE_${label.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
    own.resources.set(resourceClass, (own.resources.get(resourceClass) ?? 0) + 1)
  }
  for (const trait of features.required) own.required.add(trait)
  if (pciPolicy === 'socket') own.required.add('COMPUTE_SOCKET_PCI_NUMA_AFFINITY')
}

function addFlavor(drafts: Map<string, Draft>, flavor: Flavor, bootFromVolume: boolean): void {
  const spokenOf = new Set([...drafts.values()].flatMap(({ resources }) => [...resources.keys()]))
  const own = drafts.get('')?.resources
  const disk = (bootFromVolume ? 0 : flavor.disk) + flavor.ephemeral + Math.ceil(flavor.swap / 1024)
  if (!spokenOf.has('VCPU') && !spokenOf.has('PCPU')) own?.set('VCPU', flavor.vcpus)
  if (!spokenOf.has('MEMORY_MB')) own?.set('MEMORY_MB', flavor.memory)
  if (!spokenOf.has('DISK_GB')) own?.set('DISK_GB', disk)
}

function groupOf(suffix: string, { resources, required, forbidden }: Draft): ResourceGroup {
  return {
    suffix,
    resources: Object.fromEntries([...resources].filter(([, amount]) => amount > 0)),
    required: [...required],
    forbidden: [...forbidden],
    memberOf: [],
    forbiddenAggregates: [],
    inTree: null,
  }
}

function isEmpty({ resources, required, forbidden }: ResourceGroup): boolean {
  return Object.keys(resources).length === 0 && required.length === 0 && forbidden.length === 0
}

function groupPolicyOf(flavor: Flavor): ResourceRequest['groupPolicy'] {
  const policy = flavor.extraSpecs['group_policy']
  return policy === 'none' || policy === 'isolate' ? policy : null
}
