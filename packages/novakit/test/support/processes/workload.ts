import type { Cloud, Random, Server, Verbs } from 'novakit'
import { isNovakitError, millis, systemClock } from 'novakit'
import { create, tenant } from '../open-cloud.ts'

/** People who do this and that with a cloud until they are asked to let it rest. */
export interface Workload {
  /** Resolves when the last of them has his answer. */
  rest(): Promise<void>
}

type Deed = (verbs: Verbs['servers'], server: Server) => Promise<unknown>

const deeds: readonly Deed[] = [
  (verbs, { id }) => verbs.delete(id),
  (verbs, { id }) => verbs.stop(id, { graceful: 0 }),
  (verbs, { id }) => verbs.start(id),
  (verbs, { id }) => verbs.reboot(id, { type: 'hard' }),
  (verbs, { id }) => verbs.pause(id),
  (verbs, { id }) => verbs.unpause(id),
  (verbs, { id }) => verbs.suspend(id),
  (verbs, { id }) => verbs.resume(id),
  (verbs, { id }) => verbs.rescue(id),
  (verbs, { id }) => verbs.unrescue(id),
  (verbs, { id }) => verbs.rebuild(id),
  (verbs, { id }) => verbs.changePassword(id, 'a password'),
]

/** So many that every host has some, and few enough that each is met again. */
const SERVERS = 10
const PEOPLE = 3

export function workload(cloud: Cloud, random: Random): Workload {
  let over = false
  const person = async (mine: Random): Promise<void> => {
    while (!over) {
      await act(tenant(cloud), mine).catch((error: unknown) => {
        // What its state does not allow is refused: that is an answer.
        if (!isNovakitError(error)) throw error
      })
      await systemClock.sleep(millis(mine.below(40)))
    }
  }
  const people = Array.from({ length: PEOPLE }, (_, n) => person(random.fork(`person ${n}`)))
  return {
    rest: async () => {
      over = true
      await Promise.all(people)
    },
  }
}

async function act(verbs: Verbs, random: Random): Promise<void> {
  const { servers } = await verbs.servers.list()
  const server = servers[random.below(SERVERS)]
  const deed = deeds[random.below(deeds.length)]
  if (server === undefined || deed === undefined) await create(verbs)
  else await deed(verbs.servers, server)
}
