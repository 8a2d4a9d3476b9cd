import type { Cloud } from '@novakit/core'
import { hasCode } from '@novakit/core'
import type { StaticImage } from '@novakit/local-services'

/** The flavors that Nova came with until 2016: name, vCPUs, memory in MiB, root disk in GiB. */
const flavors: readonly (readonly [name: string, vcpus: number, memory: number, disk: number])[] = [
  ['m1.tiny', 1, 512, 1],
  ['m1.small', 1, 2048, 20],
  ['m1.medium', 2, 4096, 40],
  ['m1.large', 4, 8192, 80],
  ['m1.xlarge', 8, 16_384, 160],
]

export const seedImages: readonly StaticImage[] = [{ id: '155d900f-4e14-4e4c-a73d-069cbf4541e6', name: 'cirros' }]

/** On a database without flavors. Two processes may do it at once. */
export async function seedFlavors(cloud: Cloud): Promise<void> {
  const admin = cloud.as({ project: 'admin', user: 'novakit', roles: ['admin'] })
  if ((await admin.flavors.list({ limit: 1 })).length > 0) return
  for (const [name, vcpus, memory, disk] of flavors) {
    await admin.flavors.create({ name, id: name, vcpus, memory, disk }).catch((error: unknown) => {
      if (!hasCode(error, 'flavor.exists')) throw error
    })
  }
}
