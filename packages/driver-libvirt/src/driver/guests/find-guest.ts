import type { GuestRef, PowerState, ServerId } from '@novakit/core'
import { hostErrors } from '@novakit/core'
import { epochIn } from '../../design/index.ts'
import { libvirtCodeOf, metadataType } from '../../rpc/index.ts'
import { readXml } from '../../xml/index.ts'
import { hypervisorErrors } from '../errors.ts'
import type { Station } from '../station.ts'
import { isActive, powerStateOf } from './power-state.ts'

/** A guest of ours as libvirt has it. */
export interface FoundGuest {
  /** How it is named in calls. */
  readonly dom: { readonly uuid: string }
  /** Null for a domain that is not ours. */
  readonly epoch: number | null
  readonly state: number
  readonly reason: number
  readonly saved: boolean
  readonly active: boolean
  readonly power: PowerState
}

type Parts = Pick<Station, 'client'>

/** The namespace of what we write beside a guest. */
const OWN = 'urn:novakit:guest:1'

/** Null where no domain has its UUID. */
export async function findGuest({ client }: Parts, server: ServerId): Promise<FoundGuest | null> {
  const dom = { uuid: server }
  try {
    const [{ state, reason }, epoch] = await Promise.all([client.domainGetState({ dom }), epochOf({ client }, server)])
    const active = isActive(state)
    const saved = !active && (await client.domainHasManagedSaveImage({ dom }))
    return { dom, epoch, state, reason, saved, active, power: powerStateOf(state, saved) }
  } catch (error) {
    if (libvirtCodeOf(error) === 'no_domain') return null
    throw error
  }
}

/** The fencing token that the guest was defined with; null for a domain that is not ours. */
export async function epochOf({ client }: Parts, uuid: string): Promise<number | null> {
  try {
    const xml = await client.domainGetMetadata({ dom: { uuid }, type: metadataType.element, uri: OWN })
    // libvirt gives the element without the prefix, and without the namespace that it was asked by.
    const { attributes } = readXml(xml)
    return epochIn([{ name: 'novakit:guest', attributes: { ...attributes, 'xmlns:novakit': OWN }, children: [] }])
  } catch (error) {
    if (libvirtCodeOf(error) === 'no_domain_metadata') return null
    throw error
  }
}

/** A guest that has to be here. @throws `libvirt_driver.guest_not_found` */
export async function guestAt(station: Parts, { server }: Pick<GuestRef, 'server'>): Promise<FoundGuest> {
  const found = await findGuest(station, server)
  if (found === null || found.epoch === null) throw hypervisorErrors.guest_not_found({ server })
  return found
}

/** A guest that has to be here and is about to be changed. @throws as above, and `host.stale_epoch` */
export async function guestToChange(station: Parts, guest: GuestRef): Promise<FoundGuest> {
  const found = await guestAt(station, guest)
  if (guest.epoch < (found.epoch ?? 0)) throw hostErrors.stale_epoch({})
  return found
}

/** @throws `libvirt_driver.wrong_power` */
export function mustBe(found: FoundGuest, action: string, ...powers: readonly PowerState[]): void {
  if (powers.includes(found.power)) return
  throw hypervisorErrors.wrong_power({ server: found.dom.uuid, action, power: found.power })
}
