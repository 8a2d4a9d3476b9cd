import type { Guest, ServerId } from '@novakit/core'
import { libvirtCodeOf, listDomainsFlag, statsGroup } from '../../rpc/index.ts'
import type { Station } from '../station.ts'
import { epochOf } from './find-guest.ts'
import { powerStateOf } from './power-state.ts'

/** Every guest of ours that is here: two calls for all of them, and one for the epoch of each. */
export async function listGuests({ client, node }: Station): Promise<readonly Guest[]> {
  const [states, saved] = await Promise.all([
    client.connectGetAllDomainStats({ domains: [], stats: statsGroup.state }),
    client.connectListAllDomains({ flags: listDomainsFlag.managedSave }),
  ])
  const sleeping = new Set(saved.map(({ uuid }) => uuid))
  const guests = states
    .filter(({ dom }) => isOurs(dom))
    .map(async ({ dom, params }): Promise<readonly Guest[]> => {
      const epoch = await epochOf({ client }, dom.uuid).catch(goneMeanwhile)
      const power = powerStateOf(Number(params['state.state'] ?? 0), sleeping.has(dom.uuid))
      return epoch === null ? [] : [{ server: dom.uuid as ServerId, node, epoch, power }]
    })
  return (await Promise.all(guests)).flat()
}

/** By the name that we give: libvirt need not be asked about what others have on this host. */
export function isOurs({ name, uuid }: { readonly name: string; readonly uuid: string }): boolean {
  return name === `instance-${uuid}`
}

function goneMeanwhile(error: unknown): null {
  if (libvirtCodeOf(error) === 'no_domain') return null
  throw error
}
