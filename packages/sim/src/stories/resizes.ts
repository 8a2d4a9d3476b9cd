import type { Client, Story } from './client.ts'
import type { ServerId, Verbs } from '@novakit/core'
import { between, pick } from '../chaos/mischief.ts'
import { isNovakitError } from '@novakit/core'

type Servers = Verbs['servers']

/** How often somebody asks whether what he waits for can be done by now. */
const ASKS = 6

/** What comes of a server that moves: somebody keeps it, wants it back, deletes it, or forgets it. */
const sequels: Readonly<Record<string, (client: Client, server: ServerId) => Promise<void>>> = {
  'a resize is confirmed': (client, server) =>
    insist(client, server, 'a resize is confirmed', (it) => it.confirmResize(server)),
  'a resize is reverted': (client, server) =>
    insist(client, server, 'a resize is reverted', (it) => it.revertResize(server)),
  'two want different things of a resize': async (client, server) => {
    const { act } = client
    await waitFor(client, server)
    const short = server.slice(0, 8)
    const answers = await Promise.all([
      act(`confirm ${short}`, ({ servers }) => servers.confirmResize(server)),
      act(`revert ${short}`, ({ servers }) => servers.revertResize(server)),
      act(`confirm ${short}`, ({ servers }) => servers.confirmResize(server)),
    ])
    if (answers.filter(Boolean).length === 1) client.world.trace.mark('two want different things of a resize')
  },
  'a server is deleted while it moves': async (client, server) => {
    await client.delete(server)
    client.world.trace.mark('a server is deleted while it moves')
  },
  'a resize is forgotten': async () => undefined,
}

/** A server gets another flavor, or an operator moves it, and somebody says what is to come of it. */
const resizeAny: Story = async (client) => {
  const { list, world, random } = client
  const still = (await list()).filter(({ status }) => status === 'ACTIVE' || status === 'SHUTOFF')
  if (still.length === 0) return
  const { id: server } = pick(random, still)
  if (!(await begin(client, server))) return
  world.trace.mark('a server begins to move')
  await world.clock.sleep(between(random, 0, 6))
  await sequels[pick(random, Object.keys(sequels))]?.(client, server)
}

function begin({ act, world, random }: Client, server: ServerId): Promise<boolean> {
  const flavor = pick(random, ['m1.small', 'm1.medium'])
  if (random.next() < 0.5) return act(`resize ${server.slice(0, 8)}`, ({ servers }) => servers.resize(server, flavor))
  return world.admin.servers.migrate(server).then(
    () => true,
    (error: unknown) => {
      if (!isNovakitError(error)) throw error
      return false
    },
  )
}

/** Asks until it is accepted, or he gives up. */
async function insist(
  client: Client,
  server: ServerId,
  mark: string,
  call: (servers: Servers) => Promise<void>,
): Promise<void> {
  const { act, world, random } = client
  for (let count = 0; count < ASKS; count++) {
    if (await act(`${mark} ${server.slice(0, 8)}`, ({ servers }) => call(servers))) return world.trace.mark(mark)
    await world.clock.sleep(between(random, 1, 3))
  }
}

async function waitFor({ list, world, random }: Client, server: ServerId): Promise<void> {
  for (let count = 0; count < ASKS; count++) {
    if ((await list()).some(({ id, status }) => id === server && status === 'VERIFY_RESIZE')) return
    await world.clock.sleep(between(random, 1, 3))
  }
}

export const resizeStories: Readonly<Record<string, Story>> = { resizeAny }
