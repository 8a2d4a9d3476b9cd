import type { CloudPicture } from '@novakit/core/oracles'
import type { History } from '../stories/client.ts'

/** Says what does not agree between what a client was told and what there is. Pure. */
export type Vow = (picture: CloudPicture, history: History) => readonly string[]

/** What was accepted is there, unless somebody asked for its deletion (I3, I5). */
const whatWasAcceptedIsThere: Vow = ({ instances }, { creates, deletes }) => {
  const standing = new Set<string>(instances.filter((row) => row.deleted_at === null).map((row) => row.id))
  return creates
    .flatMap(({ servers }) => servers ?? [])
    .filter((server) => !standing.has(server) && !deletes.has(server))
    .map((server) => `${server} was accepted, and is neither there nor deleted`)
}

/** What was deleted stays so, unless somebody wanted it back (I18). */
const whatWasDeletedIsGone: Vow = ({ instances }, { deletes, restores }) =>
  instances
    .filter((row) => row.deleted_at === null && row.vm_state !== 'soft-delete')
    .filter((row) => deletes.get(row.id) === true && !restores.has(row.id))
    .map((row) => `the deletion of ${row.id} was accepted, and it stands`)

/** A request that was made again under its key has made no more servers than it asked for (I17). */
const noRequestIsGrantedTwice: Vow = ({ instances }, { creates }) =>
  creates.flatMap(({ name, most }) => {
    const made = instances.filter((row) => row.name.startsWith(name)).length
    return made <= most ? [] : [`${name} asked for ${most} servers and has made ${made}`]
  })

/** What holds between clients and a cloud at rest. */
export const promises: Readonly<Record<string, Vow>> = {
  whatWasAcceptedIsThere,
  whatWasDeletedIsGone,
  noRequestIsGrantedTwice,
}
