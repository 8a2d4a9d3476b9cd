import type { CloudPicture } from '@novakit/core/oracles'
import type { CloudWorld } from '../world/cloud-world.ts'
import type { Random } from '@novakit/core'
import { checkEmpty, checkQuiet, cloudPicture } from '@novakit/core/oracles'
import { isNovakitError, millis, seconds, seededRandom } from '@novakit/core'
import { between, heal, pick, troubles } from '../chaos/troubles.ts'
import { deleteServers, settle, startedWorld } from '../world/started-world.ts'
import { worldInside } from '../world/world-inside.ts'

/** How long requests and troubles come in. */
const CHAOS = seconds(35)
const STEP = millis(250)

export interface Played {
  readonly troubles: readonly string[]
  readonly findings: readonly string[]
  /** What there was when the cloud had come to rest. */
  readonly picture: CloudPicture
}

/**
 * One life of a cloud: creates and deletes of all kinds under a random choice of troubles; then all is well, and it must
 * come to rest, agree with itself, and be empty when everything is deleted. The same seed, the same life.
 */
export async function playSeed(seed: string): Promise<Played> {
  const random = seededRandom(`life/${seed}`)
  const hosts = { h1: 'west', h2: 'west', h3: 'east', h4: 'east' }
  const world = await startedWorld({ seed, hosts })
  try {
    const chosen = Object.keys(troubles).filter(() => random.next() < 0.5)
    await live(world, random, chosen)
    await heal(world)
    await settle(world)
    const picture = await cloudPicture(worldInside(world))
    const findings = checkQuiet(picture)
    await deleteServers(world)
    await settle(world)
    const left = checkEmpty(await cloudPicture(worldInside(world)))
    return { troubles: chosen, picture, findings: [...findings, ...left.map((one) => `after deleting all: ${one}`)] }
  } finally {
    await world.close()
  }
}

async function live(world: CloudWorld, random: Random, chosen: readonly string[]): Promise<void> {
  const end = world.clock.now() + CHAOS
  const over = (): boolean => world.clock.now() >= end
  const requests = random.fork('requests')
  const groups = [undefined, undefined, ...(await groupsOf(world))]
  for (const name of chosen) troubles[name]?.(world, random.fork(name), over)
  let next: number = world.clock.now()
  while (!over()) {
    await world.clock.advance(STEP)
    if (world.clock.now() < next) continue
    next = world.clock.now() + between(requests, 0, 3)
    // What the API refuses (quota, a store that is away) is refused: it has accepted nothing.
    await request(world, requests, groups).catch((error: unknown) => {
      if (!isNovakitError(error)) throw error
    })
  }
}

async function groupsOf({ tenant }: CloudWorld): Promise<readonly string[]> {
  const policies = ['anti-affinity', 'affinity', 'soft-anti-affinity'] as const
  return Promise.all(policies.map(async (policy) => (await tenant.serverGroups.create({ name: policy, policy })).id))
}

async function request({ tenant }: CloudWorld, random: Random, groups: readonly (string | undefined)[]): Promise<void> {
  const { servers } = await tenant.servers.list({ limit: 100 })
  if (servers.length > 0 && random.next() < 0.45) {
    await tenant.servers.delete(pick(random, servers).id)
    return
  }
  const flavor = pick(random, ['m1.tiny', 'm1.tiny', 'm1.small', 'm1.medium', 'm1.xlarge'])
  const count = 1 + random.below(3)
  const group = pick(random, groups)
  await tenant.servers.create({
    name: 'any',
    flavor,
    image: 'cirros',
    count: random.next() < 0.5 ? count : { min: 1, max: count },
    ...(group === undefined ? {} : { group }),
  })
}
