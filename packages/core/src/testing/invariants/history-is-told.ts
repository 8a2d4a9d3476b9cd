import type { CloudPicture } from './cloud-picture.ts'
import type { EventName } from '../../domain/event/event.ts'
import { missing } from './servers.ts'

/** Every accepted action has an end and a result (I4). */
export function actionsAreFinished({ actions }: CloudPicture): readonly string[] {
  return actions
    .filter((row) => row.finished_at === null || row.result === null)
    .map((row) => `the action ${row.action} of ${row.server} has no end`)
}

/** What became of each server was told (I20). */
export function changesAreTold(picture: CloudPicture): readonly string[] {
  const { instances, mappings, events } = picture
  const told = events.flatMap(({ name, payload }) => ('server' in payload ? [`${name} of ${payload.server}`] : []))
  const launched = instances.filter((row) => row.launched_at !== null)
  const unborn = instances.filter((row) => row.vm_state === 'error' && row.launched_at === null)
  const deleted = mappings.filter((row) => row.deleted === 1)
  const wanted = [
    ...launched.flatMap((row) => [tale('instance.create.start', row.id), tale('instance.create.end', row.id)]),
    ...unborn.map((row) => tale('instance.create.error', row.id)),
    ...deleted.flatMap((row) => [tale('instance.delete.start', row.server), tale('instance.delete.end', row.server)]),
  ]
  return missing(wanted, told).map((event) => `nobody was told: ${event}`)
}

const tale = (name: EventName, server: string): string => `${name} of ${server}`

/** What was told to begin was told to have ended, one way or the other. Builds begin anew, and deletions are looked at by themselves. */
export function actionsAreTold({ events }: CloudPicture): readonly string[] {
  const told = events.map(({ name, payload }) => `${name} of ${'operation' in payload ? payload.operation : ''}`)
  const all = new Set(told)
  return told.flatMap((one) => {
    const begun = /^(instance\.(?!create|delete)\w+)\.start (of .+)$/.exec(one)
    if (begun === null) return []
    const [, action, operation] = begun
    return all.has(`${action}.end ${operation}`) || all.has(`${action}.error ${operation}`) ? [] : [`no end: ${one}`]
  })
}

/** Who took back a write to another store made it before, or shut the door for it. */
export function crossingsArePaired({ crossings }: CloudPicture): readonly string[] {
  const of = (phase: 'run' | 'undo'): readonly string[] =>
    crossings.filter((row) => row.phase === phase).map((row) => `${row.store} ${row.operation} ${row.step}`)
  return missing(of('undo'), of('run')).map((crossing) => `${crossing} was undone and its door left open`)
}
