import type { CloudPicture } from './cloud-picture.ts'
import { keptForGoingBack } from './open-resizes.ts'
import { missing, hosted, standing } from './servers.ts'

/** What is shown of a guest's power is what its hypervisor shows. */
export function powerIsAsShown(picture: CloudPicture): readonly string[] {
  const shown = hosted(picture).map((row) => `${row.id} on ${row.host} is ${row.power_state}`)
  const there = picture.guests.map((guest) => `${guest.server} on ${guest.host} is ${guest.power}`)
  return missing(shown, there).map((what) => `${what}, as we show it, and not as it is`)
}

/** Each server that was started has its guest, on its host, at its epoch, and what its resize has left behind; no other guest of ours and no part of one is left (I7, I10). */
export function guestsAreServers(picture: CloudPicture): readonly string[] {
  const left = keptForGoingBack(picture).filter(({ stayed }) => !stayed)
  const wanted = [
    ...hosted(picture).map((row) => `${row.id} on ${row.host} at epoch ${row.epoch}`),
    ...left.map(({ server, host, epoch }) => `${server} on ${host} at epoch ${epoch}`),
  ]
  const ours = picture.guests.filter((guest) => guest.epoch !== null)
  const there = ours
    .filter((guest) => guest.whole)
    .map((guest) => `${guest.server} on ${guest.host} at epoch ${guest.epoch}`)
  return [
    ...missing(wanted, there).map((guest) => `no guest ${guest}`),
    ...missing(there, wanted).map((guest) => `an orphan: guest ${guest}`),
    ...ours.filter((guest) => !guest.whole).map((guest) => `disks of ${guest.server} are left on ${guest.host}`),
  ]
}

/**
 * Each server that was started has one port, and those that were attached, bound and plugged on its host and in its guest;
 * no other port is left (I10).
 */
export function portsAreOfServers(picture: CloudPicture): readonly string[] {
  const wanted = hosted(picture).map((row) => `${row.id} on ${row.host}`)
  // One that is in error on no host keeps its addresses for the next.
  const nowhere = new Set(standing(picture).flatMap((row) => (row.host === null ? [row.id] : [])))
  const bound = picture.ports.filter(({ server }) => !nowhere.has(server))
  const ports = bound.map((port) => `${port.server} on ${port.host}`)
  const first = bound.filter(({ attached }) => !attached).map(({ server }) => server)
  const twice = first.length === new Set(first).size ? [] : ['a server has more ports than it asked for']
  const named = bound.map((one) => `${one.port} of ${one.server} on ${one.host}`)
  const plugged = picture.plugged.map((one) => `${one.port} of ${one.server} on ${one.host}`)
  const places = new Set(wanted)
  const inGuests = picture.guests
    .filter((guest) => places.has(`${guest.server} on ${guest.host}`))
    .flatMap((guest) => guest.ports.map((port) => `${port} of ${guest.server} on ${guest.host}`))
  return [
    ...twice,
    ...missing(wanted, ports).map((port) => `no port of ${port}`),
    ...missing(ports, wanted).map((port) => `a port is left: ${port}`),
    ...missing(named, plugged).map((port) => `not plugged: ${port}`),
    ...missing(plugged, named).map((port) => `still plugged: ${port}`),
    ...missing(named, inGuests).map((port) => `a guest does not have port ${port}`),
    ...missing(inGuests, named).map((port) => `a guest has what is not its: port ${port}`),
  ]
}

/** Hypervisors saw nothing that must never happen (I7). */
export function nothingForbiddenHappened({ violations }: CloudPicture): readonly string[] {
  return violations.map((violation) => JSON.stringify(violation))
}
