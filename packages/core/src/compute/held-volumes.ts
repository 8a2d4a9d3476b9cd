import type { HostMemory } from '../ports/host-memory.ts'
import type { LocalVolume, VolumeHost } from '../ports/volume.ts'
import type { ServerId } from '../domain/ids.ts'
import type { VolumeConnection } from '../domain/volume/volume.ts'

/** Which guest a volume is held for. */
export interface Holder {
  readonly server: ServerId
  readonly epoch: number
}

/** The volumes that this host has for its guests: it remembers each before it has it, and until it has it no more. */
export interface HeldVolumes {
  /** A block device of this host; a repeat finds it. @throws `volume.*` */
  hold(holder: Holder, connection: VolumeConnection): Promise<LocalVolume>
  /** Where it is, if it is held. */
  find(server: ServerId, attachment: string): Promise<LocalVolume | null>
  /** Absent is fine; what is held for a newer guest stays. */
  letGo(holder: Holder, connection: VolumeConnection): Promise<void>
  /** All that is held for the guest or one before it. */
  letGoAll(holder: Holder): Promise<void>
}

interface Held {
  readonly epoch: number
  readonly connection: VolumeConnection
  /** Null: it was about to be had. */
  readonly local: LocalVolume | null
}

const PREFIX = 'volume/'

export function heldVolumes(memory: HostMemory, volumes: VolumeHost): HeldVolumes {
  const keyOf = (server: ServerId, attachment: string): string => `${PREFIX}${server}/${attachment}`
  const read = async (key: string): Promise<Held | null> => {
    const text = await memory.get(key)
    return text === null ? null : (JSON.parse(text) as Held)
  }
  const drop = async (key: string, connection: VolumeConnection): Promise<void> => {
    await volumes.detach(connection)
    await memory.delete(key)
  }
  return {
    hold: async ({ server, epoch }, connection) => {
      const key = keyOf(server, connection.attachment)
      const before = await read(key)
      const put = (local: LocalVolume | null): Promise<void> =>
        memory.put(key, JSON.stringify({ epoch, connection, local } satisfies Held))
      await put(before?.local ?? null)
      const local = await volumes.attach(connection)
      await put(local)
      return local
    },
    find: async (server, attachment) => (await read(keyOf(server, attachment)))?.local ?? null,
    letGo: async ({ server, epoch }, connection) => {
      const key = keyOf(server, connection.attachment)
      if (((await read(key))?.epoch ?? epoch) <= epoch) await drop(key, connection)
    },
    letGoAll: async ({ server, epoch }) => {
      for (const [key, text] of await memory.entries(`${PREFIX}${server}/`)) {
        const held = JSON.parse(text) as Held
        if (held.epoch <= epoch) await drop(key, held.connection)
      }
    },
  }
}
