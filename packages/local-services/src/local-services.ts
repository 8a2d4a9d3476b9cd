import path from 'node:path'
import { freshRandom, silentLog, systemClock, systemIds } from '@novakit/core'
import { drafts } from './files/drafts.ts'
import { imageStore, type ImageStore } from './images/image-store.ts'
import { networkStore, type NetworkStore } from './networks/network-store.ts'
import { openRecords } from './records/records.ts'
import { parseOptions, type LocalServicesOptions } from './options.ts'
import { programRunner } from './run/run-program.ts'
import { sealedFolder } from './files/sealed-folder.ts'

/** Services of one folder on this machine. */
export interface LocalServices {
  readonly images: ImageStore
  readonly networks: NetworkStore
  /** When nobody uses them any more. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Image, volume and network services in a folder: a cloud with nothing around it. What a crash left behind is put in order
 * first. Several processes of one machine may have the same folder.
 * @throws `host.invalid` for wrong options, `file.unsafe` for a folder that is not this user's alone, `storage.*`
 */
export async function localServices(options: LocalServicesOptions): Promise<LocalServices> {
  const given = parseOptions(options)
  const { clock = systemClock, ids = systemIds, random = freshRandom(), log = silentLog } = given
  const folder = async (...names: readonly string[]) => sealedFolder(path.join(given.dir, ...names))
  const root = await folder()
  const records = await openRecords(root.pathOf('records.db'), { clock, random, log })
  try {
    const images = await imageStore({
      records,
      clock,
      ids,
      log,
      run: programRunner(clock),
      drafts: await drafts(ids),
      options: given.images,
      failPoint: given.failPoint ?? (() => undefined),
      folders: {
        files: await folder('images', 'files'),
        incoming: await folder('images', 'incoming'),
        cache: await folder('images', 'cache'),
        making: await folder('images', 'making'),
      },
    })
    const close = (): Promise<void> => records.close()
    const networks = networkStore({ records, ids, random: random.fork('networks') })
    return { images, networks, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await records.close()
    throw error
  }
}
