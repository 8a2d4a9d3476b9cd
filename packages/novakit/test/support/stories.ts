import { expect } from 'vitest'
import type { CloudWorld, CloudWorldOptions } from '@novakit/sim'
import { checkEmpty, checkQuiet, cloudPicture } from '@novakit/core/testing'
import { hostErrors, id, millis, seconds } from '@novakit/core'
import { deleteServers, settle, startedWorld, worldInside } from '@novakit/sim'

/** Plays a story in a cloud of its own. @throws where it does not end as it should, or the cloud does not agree with itself */
async function inWorld(options: CloudWorldOptions, story: (world: CloudWorld) => Promise<void>): Promise<void> {
  const world = await startedWorld(options)
  try {
    await story(world)
  } finally {
    await world.close()
  }
}

async function expectQuiet(world: CloudWorld): Promise<void> {
  const findings = checkQuiet(await cloudPicture(worldInside(world)))
  if (findings.length > 0) throw new Error(findings.join('\n'))
  await deleteServers(world)
  await settle(world)
  expect(checkEmpty(await cloudPicture(worldInside(world)))).toEqual([])
}

/** Two conductors decide on members of one group on the same picture of the hosts, before either claims one. */
export function apartAtOneTime(options: CloudWorldOptions = {}): Promise<void> {
  return inWorld(options, async (world) => {
    const group = await world.tenant.serverGroups.create({ name: 'apart', policy: 'anti-affinity' })
    const decidedBy = new Set<string>()
    let isWanted = false
    world.intercept(async ({ name }, point, operation, key) => {
      if (!isWanted || operation.kind !== 'server.create' || key !== 'place') return
      // One process knows of its own decisions.
      if (point === 'before' && decidedBy.size === 1 && decidedBy.has(name)) {
        throw hostErrors.refused({}, { detail: 'the other conductor is to decide' })
      }
      if (point !== 'after_effect') return
      decidedBy.add(name)
      while (decidedBy.size < 2) await world.clock.sleep(millis(100))
    })
    // Two of three hosts hold something, so the third is the best for both.
    const others = await world.tenant.serverGroups.create({ name: 'others', policy: 'anti-affinity' })
    await world.tenant.servers.create({
      name: 'ballast',
      flavor: 'm1.small',
      image: 'cirros',
      count: 2,
      group: others.id,
    })
    await settle(world)
    const member = { name: 'web', flavor: 'm1.tiny', image: 'cirros', group: group.id }
    isWanted = true
    for (const { life } of world.conductors) life.pause()
    await world.tenant.servers.create(member)
    await world.tenant.servers.create(member)
    for (const { life } of world.conductors) life.resume()
    await settle(world)
    await expectQuiet(world)
  })
}

/** All places that a server could go on to are taken by others while its first attempt fails. */
export function placesTakenMeanwhile(): Promise<void> {
  return inWorld({}, async (world) => {
    let victim = ''
    world.intercept(async (_process, point, operation, key) => {
      if (operation.kind !== 'server.build' || key !== 'spawn' || point !== 'before' || victim !== '') return
      victim = operation.subject
      // One whole host for each: the first has chosen one of three.
      await world.tenant.servers.create({ name: 'rival', flavor: 'm1.large', image: 'cirros', count: 2 })
      await world.clock.sleep(seconds(10))
      throw hostErrors.refused({}, { detail: 'thrown by a test' })
    })
    await world.tenant.servers.create({ name: 'late', flavor: 'm1.large', image: 'cirros' })
    await settle(world)
    const { servers } = await world.admin.servers.list({ allProjects: true })
    const statuses = servers.map(({ name, status }) => `${name.slice(0, 4)} ${status}`)
    expect(statuses.toSorted()).toEqual(['late ERROR', 'riva ACTIVE', 'riva ACTIVE'])
    await expectQuiet(world)
  })
}

/** An agent starts on a host where there are guests that nobody knows. @param first happens before */
export function agentStartsBesideStrangers(first: (world: CloudWorld) => void = () => undefined): Promise<void> {
  return inWorld({}, async (world) => {
    const [host] = world.hosts
    if (host === undefined) throw new Error('no hosts')
    const unknown = id<never>('9c0d7a6e-1111-4222-8333-444455556666')
    const foreign = id<never>('9c0d7a6e-7777-4888-8999-aaaabbbbcccc')
    world.hypervisors.defineForeign({ host: id(host.name), server: unknown, epoch: 1 })
    world.hypervisors.defineForeign({ host: id(host.name), server: foreign })
    first(world)
    host.kill()
    await host.start()
    await world.clock.advance(seconds(30))
    expect(world.hypervisors.guests().map((guest) => guest.server)).toEqual([unknown, foreign])
  })
}
