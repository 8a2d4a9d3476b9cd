import type { HypervisorFacets } from '@novakit/core'
import { isThere } from '../disks/folders.ts'
import { guestToChange, mustBe } from '../guests/find-guest.ts'
import type { Station } from '../station.ts'

export function pauseFacet(station: Station): HypervisorFacets['pause'] {
  const { client, turns } = station
  return {
    pause: (guest) =>
      turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'pause', 'running', 'paused')
        if (found.power === 'running') await client.domainSuspend({ dom: found.dom })
      }),
    unpause: (guest) =>
      turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'unpause', 'running', 'paused')
        if (found.power === 'paused') await client.domainResume({ dom: found.dom })
      }),
  }
}

/** By the agent in the guest. */
export function passwordFacet(station: Station): HypervisorFacets['password'] {
  return {
    set: (guest, password) =>
      station.turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'set a password', 'running')
        await station.client.domainSetUserPassword({ dom: found.dom, user: 'root', password })
      }),
  }
}

/** A guest that is set up for it dumps its memory on a non-maskable interrupt; nova/virt/libvirt/driver.py does the same. */
export function crashDumpFacet(station: Station): HypervisorFacets['crashDump'] {
  return {
    trigger: (guest) =>
      station.turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'dump its memory', 'running', 'paused')
        await station.client.domainInjectNmi({ dom: found.dom })
      }),
  }
}

/** By the agent in the guest, which freezes all its file systems. */
export function quiesceFacet(station: Station): HypervisorFacets['quiesce'] {
  const { client, turns } = station
  return {
    freeze: (guest) =>
      turns.take(guest.server, async () => {
        const found = await guestToChange(station, guest)
        mustBe(found, 'freeze its disks', 'running')
        await client.domainFsfreeze({ dom: found.dom, mountPoints: [] })
      }),
    thaw: (guest) =>
      turns.take(guest.server, async () => {
        const { dom } = await guestToChange(station, guest)
        await client.domainFsthaw({ dom, mountPoints: [] })
      }),
  }
}

/** They are where the guest's folder is, on a file system that hosts share. */
export function evacuationFacet({ folders }: Station): HypervisorFacets['evacuation'] {
  return { disksReachable: ({ server }) => isThere(folders.of(server)) }
}
