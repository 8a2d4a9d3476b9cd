import type { ServerId } from '@novakit/core'
import { millis, type Millis } from '@novakit/core'
import { libvirtCodeOf, shutdownFlag, startFlag, undefineFlag } from '../../rpc/index.ts'
import type { Station } from '../station.ts'
import { findGuest, type FoundGuest } from './find-guest.ts'
import { isActive } from './power-state.ts'

type Dom = FoundGuest['dom']

/** A defined guest runs afterwards. One that runs already is left alone. */
export async function start({ client }: Station, dom: Dom, options: { readonly paused?: boolean } = {}): Promise<void> {
  const flags = options.paused === true ? startFlag.paused : 0
  await client.domainCreateWithFlags({ dom, flags }, { timeout: null }).catch(async (error: unknown) => {
    // It may have been started while nobody looked; libvirt says so in several ways.
    const refused = libvirtCodeOf(error) !== null && libvirtCodeOf(error) !== 'no_domain'
    if (!refused || !isActive((await client.domainGetState({ dom })).state)) throw error
  })
}

/** The plug is pulled. A guest that is off, or gone, is fine. */
export async function pullPlug({ client }: Station, dom: Dom): Promise<void> {
  await client.domainDestroyFlags({ dom }).catch((error: unknown) => {
    if (!['operation_invalid', 'no_domain'].includes(libvirtCodeOf(error) ?? '')) throw error
  })
}

const LOOK_EVERY = millis(250)
/** A guest that is still booting does not hear the button; Nova asks again after ten seconds. */
const ASK_EVERY = millis(10_000)

/** Asks the guest to shut down. @returns whether it has, in that time */
export async function askToStop(station: Station, dom: Dom, patience: Millis, signal?: AbortSignal): Promise<boolean> {
  const { client, environment, kind } = station
  const { clock } = environment
  const flags = kind === 'test' ? 0 : shutdownFlag.acpiPowerButton
  const began = clock.now()
  let asked = 0
  for (;;) {
    const { state } = await client.domainGetState({ dom })
    if (!isActive(state)) return true
    const waited = clock.now() - began
    if (waited >= patience || signal?.aborted === true) return false
    if (waited >= asked * ASK_EVERY) {
      asked++
      await client.domainShutdownFlags({ dom, flags }).catch(ignoreStopped)
    }
    await clock.sleep(millis(Math.min(LOOK_EVERY, patience - waited)), signal)
  }
}

function ignoreStopped(error: unknown): void {
  if (libvirtCodeOf(error) !== 'operation_invalid') throw error
}

/** Takes the definition away with all that libvirt keeps beside it. Absent is fine. */
export async function undefine({ client, kind }: Station, dom: Dom): Promise<void> {
  const beside = undefineFlag.managedSave | undefineFlag.snapshotsMetadata
  const flags = kind === 'test' ? beside : beside | undefineFlag.nvram | undefineFlag.checkpointsMetadata
  await client.domainUndefineFlags({ dom, flags }).catch((error: unknown) => {
    if (libvirtCodeOf(error) !== 'no_domain') throw error
  })
}

/** Stops a guest and does something before it starts again; nobody is told that it stopped. */
export async function whileRestarting<T>(station: Station, server: ServerId, work: () => Promise<T>): Promise<T> {
  station.restarting.add(server)
  try {
    return await work()
  } finally {
    station.restarting.delete(server)
  }
}

/** Stops it in one way or the other. */
export async function stop(station: Station, server: ServerId, graceful: Millis | null, signal?: AbortSignal) {
  const found = await findGuest(station, server)
  if (found === null || !found.active) return
  if (graceful !== null && found.power === 'running') await askToStop(station, found.dom, graceful, signal)
  await pullPlug(station, found.dom)
}
