import type { RequestContext, Volume, VolumeControl, VolumeHost } from '@novakit/core'
import { complete, connect, giveUp, release, reserve } from './attachments.ts'
import { createVolume, deleteVolume } from './create.ts'
import { extendVolume } from './change-file.ts'
import { ownVolume, volumeOf } from './queries.ts'
import { sweepVolumes } from './sweep.ts'
import { tables } from '../records/records.ts'
import { volumeHost } from './host-half.ts'
import { volumeSnapshots, type VolumeSnapshots } from './snapshots.ts'
import type { VolumeDeps } from './deps.ts'

/** Volumes in raw files of this machine, for clouds without Cinder. */
export interface VolumeStore extends VolumeControl, VolumeHost {
  /** The caller's project's. */
  volumes(context: RequestContext): Promise<readonly Volume[]>
  readonly snapshots: VolumeSnapshots
}

export async function volumeStore(deps: VolumeDeps): Promise<VolumeStore> {
  const { records, ids } = deps
  await sweepVolumes(deps)
  return {
    ...volumeHost(deps),
    snapshots: volumeSnapshots(deps),
    get: (context, id) => records.read(async (tx) => volumeOf(await ownVolume(tx, context, id))),
    volumes: async ({ project }) => {
      const rows = await records.read((tx) =>
        tables(tx).selectFrom('volume').selectAll().where('owner', '=', project).orderBy('id').execute(),
      )
      return rows.map(volumeOf)
    },
    create: (context, volume, key) => createVolume(deps, context, volume, key),
    delete: (context, id) => deleteVolume(deps, context, id),
    reserve: (context, volume, server, key) =>
      records.write((tx) => reserve(tx, context, { id: ids.uuid(), volume, server, key })),
    giveUp: (volume, server, key) => records.write((tx) => giveUp(tx, volume, server, key)),
    connect: (attachment, host) => records.write((tx) => connect(tx, attachment, host)),
    complete: (attachment) => records.write((tx) => complete(tx, attachment)),
    release: (attachment) => records.write((tx) => release(tx, attachment)),
    extend: (context, id, size) => extendVolume(deps, context, id, size),
  }
}
