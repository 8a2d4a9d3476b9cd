import type { VolumeControl, VolumeHost } from '@novakit/core'
import { hostErrors, volumeErrors } from '@novakit/core'

/** For clouds without volumes: there is none that could be attached. */
export function noVolumes(): VolumeControl & VolumeHost {
  const refuse = async (): Promise<never> => {
    throw hostErrors.unsupported({ what: 'have volumes: this cloud has no volume service' })
  }
  return {
    get: async (_context, volume) => {
      throw volumeErrors.not_found({ volume })
    },
    create: refuse,
    delete: async () => undefined,
    reserve: refuse,
    giveUp: async () => undefined,
    connect: refuse,
    complete: refuse,
    release: async () => undefined,
    extend: refuse,
    connector: refuse,
    attach: refuse,
    detach: async () => undefined,
    list: async () => [],
  }
}
