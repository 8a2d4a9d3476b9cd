import type { CloudPicture } from './cloud-picture.ts'
import { actionsAreFinished, actionsAreTold, changesAreTold, crossingsArePaired } from './history-is-told.ts'
import { addressesAgree, deletedAreOnRecord } from './addresses-agree.ts'
import { claimsAreOfServers, usageAddsUp } from './claims-are-of-servers.ts'
import { failuresAreUndone, operationsAreOver } from './operations-are-over.ts'
import { eventsComeInOrder } from './events-come-in-order.ts'
import { groupsHold, guardsAddUp } from './groups-hold.ts'
import { guestsAreServers, nothingForbiddenHappened, portsAreOfServers, powerIsAsShown } from './guests-are-servers.ts'
import { imagesAreAsTold, imagesAreWhole, shelvedHaveImages } from './images-are-whole.ts'
import { nothingIsPending } from './nothing-is-pending.ts'
import { quotaIsWhatIsThere } from './quota-is-what-is-there.ts'
import { resizesAreOfServers } from './open-resizes.ts'
import { serversRest } from './servers-rest.ts'
import { volumesAgree } from './volumes-agree.ts'

/** Says what does not agree; nothing where all does. Pure. */
export type Invariant = (picture: CloudPicture) => readonly string[]

/** What holds in every cloud in which nothing is under way and every host is up. */
export const invariants: Readonly<Record<string, Invariant>> = {
  serversRest,
  resizesAreOfServers,
  operationsAreOver,
  failuresAreUndone,
  nothingIsPending,
  addressesAgree,
  deletedAreOnRecord,
  claimsAreOfServers,
  usageAddsUp,
  groupsHold,
  guardsAddUp,
  quotaIsWhatIsThere,
  guestsAreServers,
  portsAreOfServers,
  powerIsAsShown,
  imagesAreWhole,
  imagesAreAsTold,
  volumesAgree,
  shelvedHaveImages,
  nothingForbiddenHappened,
  actionsAreFinished,
  changesAreTold,
  actionsAreTold,
  eventsComeInOrder,
  crossingsArePaired,
}

/** Every finding, with the name of the invariant that found it. */
export function checkQuiet(picture: CloudPicture): readonly string[] {
  return Object.entries(invariants).flatMap(([name, holds]) => holds(picture).map((finding) => `${name}: ${finding}`))
}

/** Once everything is deleted, nothing of it is left anywhere: all counters stand where they began (I19). */
export function checkEmpty(picture: CloudPicture): readonly string[] {
  const counts = {
    servers: picture.instances.filter((row) => row.deleted_at === null).length,
    mappings: picture.mappings.filter((row) => row.deleted === 0).length,
    'request specs': picture.requestSpecs.length,
    'group members': picture.members.length,
    allocations: picture.ledger.allocations.length,
    guards: picture.ledger.guards.length,
    'quota charges': picture.charges.filter((row) => row.resource === 'instances').length,
    guests: picture.guests.filter((guest) => guest.epoch !== null).length,
    ports: picture.ports.length,
    plugs: picture.plugged.length,
    'volume attachments': picture.volumes.length,
    'held volumes': picture.heldVolumes.length,
  }
  const left = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what} are left`]))
  return [...checkQuiet(picture), ...left]
}
