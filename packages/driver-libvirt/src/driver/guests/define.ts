import type { SpawnOrder } from '@novakit/core'
import { designGuest, type DiskOrder } from '../../design/index.ts'
import { domainXml } from '../../xml/index.ts'
import type { Station } from '../station.ts'

type Parts = Pick<Station, 'kind' | 'profile' | 'folders'>

/** The definition of a guest, as libvirt takes it. @throws `guest_design.*` */
export function definitionOf(
  { kind, profile, folders }: Parts,
  order: SpawnOrder,
  disks: readonly DiskOrder[],
): string {
  const { server } = order
  const guest = designGuest({
    order: { ...order, disks },
    files: {
      consoleLog: folders.file(server, 'console.log'),
      agentSocket: folders.file(server, 'agent'),
      kernel: null,
      ramdisk: null,
    },
    host: profile,
    numa: null,
    devices: [],
    tpmSecret: null,
  })
  return domainXml.build(kind === 'test' ? { ...guest, type: 'test' } : guest)
}

/** Makes it the guest's definition, in place of an earlier one. */
export async function define(station: Station, order: SpawnOrder, disks: readonly DiskOrder[]): Promise<void> {
  await station.client.domainDefineXmlFlags({ xml: definitionOf(station, order, disks) })
}
