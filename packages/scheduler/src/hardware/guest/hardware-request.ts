import { isNovakitError, problemOf, type PciPolicy, type Reason } from '@novakit/core'
import { cpuWishesOf, pciPolicyOf, type CpuWishes } from './cpu-policy.ts'
import { featuresOf, type Features } from './features.ts'
import { persistentMemoriesOf } from './page-size.ts'
import type { Guest } from './spec.ts'
import { guestTopologyOf, type GuestTopology } from './topology.ts'

/** All that flavor and image ask of the machine under a server. */
export interface HardwareRequest {
  readonly topology: GuestTopology | null
  /** As said, before explicit resources and traits stand in for it. */
  readonly cpu: CpuWishes
  readonly pciPolicy: PciPolicy | null
  readonly features: Features
  /** Labels of persistent memory, one for each namespace. */
  readonly persistentMemories: readonly string[]
}

/** Or why it cannot be: a sentence for the tenant, who may have chosen the image. */
export type HardwareAnswer =
  | { readonly ok: true; readonly hardware: HardwareRequest }
  | { readonly ok: false; readonly reason: Reason }

export function hardwareRequestOf(guest: Guest): HardwareAnswer {
  if (asksForNothing(guest)) return plain
  try {
    return {
      ok: true,
      hardware: {
        topology: guestTopologyOf(guest),
        cpu: cpuWishesOf(guest),
        pciPolicy: pciPolicyOf(guest),
        features: featuresOf(guest),
        persistentMemories: persistentMemoriesOf(guest),
      },
    }
  } catch (thrown) {
    if (!isNovakitError(thrown)) throw thrown
    const { code, message } = problemOf(thrown)
    return { ok: false, reason: { code, message } }
  }
}

/** Most flavors and images say nothing that is read here. */
function asksForNothing({ flavor, image }: Guest): boolean {
  return (
    !Object.keys(flavor.extraSpecs).some((key) => /^(hw|os|accel|resources|trait)/.test(key)) &&
    !Object.keys(image?.properties ?? {}).some((key) => /^(hw_|os_|trait:)/.test(key))
  )
}

const plain: HardwareAnswer = {
  ok: true,
  hardware: {
    topology: null,
    cpu: { policy: null, threads: null, emulator: null, realTime: null, dedicated: null },
    pciPolicy: null,
    features: { required: [], rootRequired: [], encryptsMemory: false },
    persistentMemories: [],
  },
}
