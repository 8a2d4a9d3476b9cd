import type { CloudWorld } from '../world/cloud-world.ts'
import type { NewServer, Random, Server, ServerId, Verbs } from '@novakit/core'
import { between, pick } from '../chaos/mischief.ts'
import { isNovakitError, problemOf, seconds } from '@novakit/core'

/** What a client asked for, and all that it knows of what came of it. */
export interface History {
  readonly creates: readonly Create[]
  /** Servers whose deletion was asked for: true where it was accepted, false where nobody knows. */
  readonly deletes: ReadonlyMap<string, boolean>
  /** Servers that somebody wanted back. */
  readonly restores: ReadonlySet<string>
}

export interface Create {
  /** The name of all its servers begins with this, and no other's does. */
  readonly name: string
  readonly most: number
  /** Null: it was refused, or nobody knows. */
  readonly servers: readonly ServerId[] | null
}

/** A tenant who goes through APIs that can fail and die: who hears no answer asks again, under the same key. */
export interface Client {
  readonly world: CloudWorld
  readonly random: Random
  /** The servers that the tenant sees; none where no API answers. */
  list(): Promise<readonly Server[]>
  /** Null: refused, or given up without an answer. */
  create(input: Omit<NewServer, 'name' | 'idempotencyKey'>): Promise<readonly ServerId[] | null>
  delete(server: ServerId, how?: 'delete' | 'forceDelete'): Promise<void>
  /** Wants back any server that was deleted and is still kept. */
  restoreAny(): Promise<void>
  /** Asks once for something that may be refused. True: it was accepted. */
  act(what: string, call: (verbs: Verbs) => Promise<unknown>): Promise<boolean>
  readonly history: History
}

/** One thing that somebody does with the cloud. Resolves when it is answered, or given up. */
export type Story = (client: Client) => Promise<void>

/** How often somebody asks again, and how long he waits for an answer. */
const TRIES = 5
const PATIENCE = seconds(10)

/** What comes of asking: what was said, a refusal, or no answer. */
type Answer<T> = { readonly said: T } | { readonly refused: string } | 'nothing'

export function client(world: CloudWorld, random: Random): Client {
  const creates: Create[] = []
  const deletes = new Map<string, boolean>()
  const restores = new Set<string>()
  const tenant = { project: 'ours', user: 'ann', roles: ['member'] }

  /** Asks some API once. */
  async function ask<T>(what: string, call: (verbs: Verbs) => Promise<T>): Promise<Answer<T>> {
    const api = world.apis.findLast(({ life }) => life.state === 'running')
    if (api === undefined) return 'nothing'
    const answer: Promise<Answer<T>> = call(api.cloud.as(tenant)).then(
      (said) => ({ said }),
      (error: unknown) => refusal(error),
    )
    const given = await Promise.race([answer, world.clock.sleep(PATIENCE).then(() => 'nothing' as const)])
    world.trace.note('client', `${what}: ${wordOf(given)}`)
    return given
  }

  async function askAgain<T>(what: string, call: (verbs: Verbs) => Promise<T>): Promise<Answer<T>> {
    for (let count = 1; ; count++) {
      const answer = await ask(what, call)
      if (answer !== 'nothing' || count === TRIES) return answer
      world.trace.mark('a client asks again')
      await world.clock.sleep(between(random, 1, 3))
    }
  }

  return {
    world,
    random,
    history: { creates, deletes, restores },
    list: async () => {
      const answer = await ask('list', (verbs) => verbs.servers.list({ limit: 100 }))
      return typeof answer === 'object' && 'said' in answer ? answer.said.servers : []
    },
    create: async (input) => {
      const name = `request-${creates.length + 1}.`
      const most = typeof input.count === 'object' ? input.count.max : (input.count ?? 1)
      const at = creates.push({ name, most, servers: null }) - 1
      const answer = await askAgain(`create ${name} ${most} × ${input.flavor}`, (verbs) =>
        verbs.servers.create({ ...input, name, idempotencyKey: name }),
      )
      if (typeof answer === 'string' || 'refused' in answer) {
        if (typeof answer === 'object') world.trace.mark(`a create is refused: ${answer.refused}`)
        return null
      }
      const servers = answer.said.map((server) => server.id)
      creates[at] = { name, most, servers }
      return servers
    },
    act: async (what, call) => {
      const answer = await ask(what, call)
      return typeof answer === 'object' && 'said' in answer
    },
    delete: async (server, how = 'delete') => {
      deletes.set(server, deletes.get(server) ?? false)
      const answer = await askAgain(`${how} ${server.slice(0, 8)}`, (verbs) => verbs.servers[how](server))
      if (typeof answer === 'object' && 'said' in answer) deletes.set(server, true)
    },
    restoreAny: async () => {
      const kept = await ask('list', (verbs) => verbs.servers.list({ status: 'SOFT_DELETED' }))
      const servers = typeof kept === 'object' && 'said' in kept ? kept.said.servers : []
      if (servers.length === 0) return
      const { id } = pick(random, servers)
      restores.add(id)
      const answer = await ask(`restore ${id.slice(0, 8)}`, (verbs) => verbs.servers.restore(id))
      if (typeof answer === 'object' && 'said' in answer) world.trace.mark('a deleted server is wanted back')
    },
  }
}

function wordOf(answer: Answer<unknown>): string {
  if (typeof answer === 'string') return 'no answer'
  return 'refused' in answer ? answer.refused : 'ok'
}

/** Where a store or an API was away, nobody knows what became of the request. */
function refusal(error: unknown): Answer<never> {
  if (!isNovakitError(error)) throw error
  const { code, kind } = problemOf(error)
  return kind === 'unavailable' || code.startsWith('storage.') ? 'nothing' : { refused: code }
}
