import type { Client, Story } from './client.ts'
import type { ServerId, Verbs } from '@novakit/core'
import { between, pick } from '../chaos/mischief.ts'
import { resizeStories } from './resizes.ts'
import { hasCode } from '@novakit/core'
import { operatorStories } from './operators.ts'

const flavors = ['m1.tiny', 'm1.tiny', 'm1.small', 'm1.medium', 'm1.xlarge'] as const

/** One to three servers, sometimes as many of them as quota allows. */
const create: Story = async (client) => {
  await created(client, undefined)
}

async function created({ create: ask, random }: Client, group: string | undefined): Promise<readonly ServerId[]> {
  const count = 1 + random.below(3)
  const exact = random.next() < 0.5
  const flavor = pick(random, flavors)
  const made = await ask({
    flavor,
    image: 'cirros',
    count: exact ? count : { min: 1, max: count },
    ...(group === undefined ? {} : { group }),
  })
  return made ?? []
}

/** Servers that must, or should, stand together or apart. */
const createInGroup: Story = async (client) => {
  const { world, random } = client
  const policy = pick(random, ['anti-affinity', 'affinity', 'soft-anti-affinity'] as const)
  const groups = await world.tenant.serverGroups.list()
  const known = groups.find((group) => group.policy === policy)
  const group = known ?? (await world.tenant.serverGroups.create({ name: policy, policy }))
  await created(client, group.id)
}

/** Several people ask at one time, and their requests go to different conductors. */
const rush: Story = async (client) => {
  await Promise.all([created(client, undefined), created(client, undefined), created(client, undefined)])
}

/** As `rush`, for servers that must stand apart: nobody sees what the others are just deciding. */
const rushApart: Story = async (client) => {
  const { world } = client
  const group = await world.tenant.serverGroups.create({ name: 'rush', policy: 'anti-affinity' })
  const ask = async (): Promise<unknown> => client.create({ flavor: 'm1.tiny', image: 'cirros', group: group.id })
  await Promise.all([ask(), ask(), ask()])
  world.trace.mark('several servers of a group are asked for at one time')
}

/** Any server is deleted, whatever it is doing. */
const deleteAny: Story = async (client) => {
  const servers = await client.list()
  if (servers.length === 0) return
  const { id, status } = pick(client.random, servers)
  if (status === 'BUILD') client.world.trace.mark('a server is deleted while it is built')
  if (status === 'ERROR') client.world.trace.mark('a server in error is deleted')
  await client.delete(id)
}

/** Somebody wants back what was deleted; others are sure. */
const wantItBack: Story = async ({ restoreAny, random, list, delete: remove }) => {
  if (random.next() < 0.7) return restoreAny()
  const servers = await list()
  if (servers.length > 0) await remove(pick(random, servers).id, 'forceDelete')
}

/** Somebody changes his mind while his servers are being built, and says so twice. */
const changeOfMind: Story = async (client) => {
  const { world, random } = client
  const servers = await created(client, undefined)
  if (random.next() < 0.5) await world.clock.sleep(between(random, 0, 3))
  const [first] = servers
  if (first === undefined) return
  await Promise.all([client.delete(first), client.delete(first)])
  world.trace.mark('a server is deleted twice at one time')
}

/** What can be done to a server by itself, and what brings it back. */
const actions: Readonly<Record<string, (verbs: Verbs['servers'], server: string) => Promise<unknown>>> = {
  stop: (verbs, server) => verbs.stop(server),
  start: (verbs, server) => verbs.start(server),
  'soft reboot': (verbs, server) => verbs.reboot(server),
  'hard reboot': (verbs, server) => verbs.reboot(server, { type: 'hard' }),
  pause: (verbs, server) => verbs.pause(server),
  unpause: (verbs, server) => verbs.unpause(server),
  suspend: (verbs, server) => verbs.suspend(server),
  resume: (verbs, server) => verbs.resume(server),
  rescue: (verbs, server) => verbs.rescue(server),
  unrescue: (verbs, server) => verbs.unrescue(server),
  rebuild: (verbs, server) => verbs.rebuild(server),
  'set the password': (verbs, server) => verbs.changePassword(server, 'a password'),
  'make an image': (verbs, server) => verbs.createImage(server, { name: 'an image' }),
  'make a backup': (verbs, server) => verbs.createBackup(server, { name: 'a backup', type: 'daily', rotation: 1 }),
  shelve: (verbs, server) => verbs.shelve(server),
  unshelve: (verbs, server) => verbs.unshelve(server),
  'dump the memory': (verbs, server) => verbs.crashDump(server),
  describe: (verbs, server) => verbs.setMetadata(server, { seen: 'yes' }),
  lock: (verbs, server) => verbs.lock(server),
  unlock: (verbs, server) => verbs.unlock(server),
}

/** Something is done to any server, whether its state allows that or not; sometimes two things at one time. */
const actOnAny: Story = async ({ list, act, world, random }) => {
  const servers = await list()
  if (servers.length === 0) return
  const { id } = pick(random, servers)
  const ask = async (): Promise<void> => {
    const action = pick(random, Object.keys(actions))
    const accepted = await act(`${action} ${id.slice(0, 8)}`, async (verbs) => actions[action]?.(verbs.servers, id))
    world.trace.mark(`an action is ${accepted ? 'accepted' : 'refused'}`)
  }
  await (random.next() < 0.3 ? Promise.all([ask(), ask()]) : ask())
}

/** A volume comes to any server, or goes from it, while other things happen to both. */
const moveVolume: Story = async ({ list, act, world, random }) => {
  const servers = await list()
  if (servers.length === 0) return
  const { id } = pick(random, servers)
  const volumes = world.volumes.volumes()
  const volume = volumes.length < 3 ? await world.newVolume() : pick(random, volumes).id
  const server = id.slice(0, 8)
  if (random.next() < 0.6) {
    const given = { volume, deleteOnTermination: random.next() < 0.2 }
    const accepted = await act(`attach to ${server}`, (verbs) => verbs.servers.attachVolume(id, given))
    world.trace.mark(`an attach is ${accepted ? 'accepted' : 'refused'}`)
  } else {
    const attached = world.volumes.attachments().find((one) => one.server === id)?.volume ?? volume
    const accepted = await act(`detach from ${server}`, (verbs) => verbs.servers.detachVolume(id, attached))
    world.trace.mark(`a detach is ${accepted ? 'accepted' : 'refused'}`)
  }
}

/** A port comes to any server, or goes from it. */
const movePort: Story = async ({ list, act, world, random }) => {
  const servers = await list()
  if (servers.length === 0) return
  const { id } = pick(random, servers)
  const server = id.slice(0, 8)
  const known = world.networks.ports().find((one) => one.server === id && one.attached)
  if (known === undefined || random.next() < 0.3) {
    const accepted = await act(`attach a port to ${server}`, (verbs) => verbs.servers.attachInterface(id))
    if (accepted) world.trace.mark('a port is attached')
  } else {
    const accepted = await act(`detach a port from ${server}`, (verbs) => verbs.servers.detachInterface(id, known.port))
    if (accepted) world.trace.mark('a port is detached')
  }
}

/** What was accepted is there for whoever asked for it, at once. */
const lookAfterIt: Story = async (client) => {
  const { world, history } = client
  for (const server of await created(client, undefined)) {
    const found = await world.tenant.servers.get(server).catch((error: unknown) => {
      if (!hasCode(error, 'server.not_found')) throw error
      return null
    })
    if (found === null && !history.deletes.has(server)) world.violate(`${server} was accepted and is not found`)
  }
}

/** A list in pages shows each server once, and leaves out none that was there all the time. */
const pageThrough: Story = async ({ world, random }) => {
  const all = async (): Promise<readonly string[]> =>
    (await world.tenant.servers.list({ limit: 1000 })).servers.map(({ id }) => id)
  const before = await all()
  const paged: string[] = []
  for (let marker: string | undefined; ;) {
    const { servers, next } = await world.tenant.servers.list({ limit: 2, ...(marker === undefined ? {} : { marker }) })
    paged.push(...servers.map(({ id }) => id))
    if (next === null) break
    marker = next
    if (random.next() < 0.3) await world.clock.sleep(between(random, 0, 1))
  }
  const after = new Set(await all())
  if (new Set(paged).size !== paged.length) world.violate('a server stands on two pages of one list')
  const missed = before.filter((server) => after.has(server) && !paged.includes(server))
  if (missed.length > 0) world.violate(`pages leave out ${missed.join(' and ')}`)
  if (paged.length > 2) world.trace.mark('a list has several pages')
}

/** Everything that people do with a cloud, by name. Where there are more than one of a kind, it happens more often. */
export const stories: Readonly<Record<string, Story>> = {
  create,
  createInGroup,
  rush,
  rushApart,
  deleteAny,
  deleteAnother: deleteAny,
  changeOfMind,
  wantItBack,
  actOnAny,
  actOnAnother: actOnAny,
  moveVolume,
  moveAnother: moveVolume,
  movePort,
  lookAfterIt,
  pageThrough,
  ...operatorStories,
  ...resizeStories,
}
