import { millis } from '@novakit/core'
import { blockCopyFlag, libvirtCodeOf } from '../../rpc/index.ts'
import { diskXml } from '../../xml/index.ts'
import type { ToolFormat } from '../disks/image-tool.ts'
import { hypervisorErrors } from '../errors.ts'
import type { Station } from '../station.ts'
import type { FoundGuest } from './find-guest.ts'

const LOOK_EVERY = millis(100)

/**
 * Copies a disk of a running guest into a file of its own, and ends the copy when both are the same. A copy that was
 * begun and never ended, as by an agent that died, is thrown away first.
 */
export async function copyBlocks(
  { client, environment }: Station,
  dom: FoundGuest['dom'],
  disk: string,
  to: { readonly file: string; readonly format: ToolFormat },
  signal?: AbortSignal,
): Promise<void> {
  const end = () =>
    client.domainBlockJobAbort({ dom, path: disk }).catch((error: unknown) => {
      if (!['operation_invalid', 'invalid_arg'].includes(libvirtCodeOf(error) ?? '')) throw error
    })
  await end()
  const destination = diskXml.build({
    type: 'file',
    source: to.file,
    driver: { name: 'qemu', type: to.format },
    target: { dev: disk },
  })
  await client.domainBlockCopy({ dom, path: disk, destination, params: [], flags: blockCopyFlag.transientJob })
  try {
    for (;;) {
      if (signal?.aborted === true) throw hypervisorErrors.aborted({ call: 'the snapshot' })
      const { found, cur, end: whole } = await client.domainGetBlockJobInfo({ dom, path: disk })
      if (!found) throw hypervisorErrors.image_tool({ verb: 'copy' }, { detail: 'the copy ended by itself' })
      if (whole > 0n && cur === whole) return
      await environment.clock.sleep(LOOK_EVERY, signal)
    }
  } finally {
    await end()
  }
}
