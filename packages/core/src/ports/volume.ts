import type { GiB } from '../domain/unit/units.ts'
import type { HostName, ImageId, ServerId, VolumeId } from '../domain/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import type { Volume, VolumeConnection } from '../domain/volume/volume.ts'

/**
 * The control half. Every call that makes something is found again by its `key`.
 *
 * Calls may come late, from a worker that was overtaken: a key that was given up must stay given up, or the volume is
 * held for nobody.
 */
export interface VolumeControl {
  get(context: RequestContext, id: VolumeId): Promise<Volume>
  create(context: RequestContext, volume: NewVolume, key: string): Promise<Volume>
  /** Absent is fine. @throws `volume.conflict` while a server has it */
  delete(context: RequestContext, id: VolumeId): Promise<void>
  /**
   * Holds a volume for a server before its host is known.
   * @throws `volume.not_found`, `volume.conflict` while another has it, or when the key was given up
   */
  reserve(
    context: RequestContext,
    id: VolumeId,
    server: ServerId,
    key: string,
  ): Promise<{ readonly attachment: string }>
  /** Gives up what was reserved under that key, now or later. Absent is fine, and is remembered all the same. */
  giveUp(volume: VolumeId, server: ServerId, key: string): Promise<void>
  /** Gives a host access; from then on it is that host which has it. */
  connect(attachment: string, host: HostName, connector: Readonly<Record<string, unknown>>): Promise<VolumeConnection>
  /** The guest has it. */
  complete(attachment: string): Promise<void>
  /** Gives up an attachment in whatever state. Absent is fine. */
  release(attachment: string): Promise<void>
  extend(context: RequestContext, id: VolumeId, size: GiB): Promise<void>
}

export interface NewVolume {
  readonly size: GiB
  readonly name: string
  readonly type: string | null
  readonly fromImage?: ImageId
  readonly fromSnapshot?: string
}

/** The host half: makes a connection a block device on this host. */
export interface VolumeHost {
  /** What this host tells the volume service about itself. */
  connector(): Promise<Readonly<Record<string, unknown>>>
  /** Repeating finds the device. */
  attach(connection: VolumeConnection, signal?: AbortSignal): Promise<LocalVolume>
  /** Absent is fine. */
  detach(connection: VolumeConnection): Promise<void>
  /** Attachments this host holds, so that leftovers can be found. */
  list(): Promise<readonly string[]>
}

export interface LocalVolume {
  readonly volume: VolumeId
  readonly attachment: string
  readonly path: string
  readonly format: 'raw' | 'qcow2' | 'luks'
}
