import type { Cloud, RequestContext } from '@novakit/core'
import { hasCode, id, tokens, verbs } from '@novakit/core'
import type { StaticImage } from '@novakit/local-services'

/** The flavors that Nova came with until 2016: name, vCPUs, memory in MiB, root disk in GiB. */
const classics: readonly (readonly [name: string, vcpus: number, memory: number, disk: number])[] = [
  ['m1.tiny', 1, 512, 1],
  ['m1.small', 1, 2048, 20],
  ['m1.medium', 2, 4096, 40],
  ['m1.large', 4, 8192, 80],
  ['m1.xlarge', 8, 16_384, 160],
]

export const seedImages: readonly StaticImage[] = [{ id: '155d900f-4e14-4e4c-a73d-069cbf4541e6', name: 'cirros' }]

const seeder: RequestContext = { requestId: id('req-seed'), project: id('novakit'), user: id('novakit'), roles: [] }

/** On a database without flavors. Two processes may do it at once, and no policy is asked: nobody has asked for it. */
export async function seedFlavors(cloud: Cloud): Promise<void> {
  const { flavors } = verbs({ ...cloud.container.get(tokens.api), policy: { allows: () => true } }, seeder)
  if ((await flavors.list({ limit: 1 })).length > 0) return
  for (const [name, vcpus, memory, disk] of classics) {
    await flavors.create({ name, id: name, vcpus, memory, disk }).catch((error: unknown) => {
      if (!hasCode(error, 'flavor.exists')) throw error
    })
  }
}
