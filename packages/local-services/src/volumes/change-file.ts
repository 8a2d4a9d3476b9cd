import { gib, volumeErrors, type GiB, type RequestContext, type VolumeId } from '@novakit/core'
import { bytesOf } from './content.ts'
import { changeVolume, ownVolume, volumeRow } from './queries.ts'
import { fileErrors } from '../files/errors.ts'
import type { VolumeDeps } from './deps.ts'
import type { VolumeRow } from './tables.ts'

const CHANGEABLE: readonly VolumeRow['status'][] = ['available', 'in-use', 'reserved']

/**
 * Does `work` while nobody else changes the file of a volume. Whoever died while he did is not waited for.
 * @throws `volume.not_found`, `volume.conflict`
 */
export async function whileNobodyElse<T>(
  { records, drafts }: VolumeDeps,
  context: RequestContext,
  volume: string,
  work: (row: VolumeRow) => Promise<T>,
): Promise<T> {
  const draft = drafts.newName()
  const before = await records.read((tx) => ownVolume(tx, context, volume))
  const busy = before.draft !== null && (await drafts.isAlive(before.draft))
  const mine = !busy && (await records.write((tx) => changeVolume(tx, before, { draft })))
  if (!mine) throw volumeErrors.conflict({ volume, what: 'is being changed' })
  try {
    return await work({ ...before, draft })
  } finally {
    await records.write(async (tx) => {
      const row = await volumeRow(tx, volume)
      if (row?.draft === draft) await changeVolume(tx, row, { draft: null })
    })
  }
}

/** A volume of that size is left as it is. The file comes first: a row never promises what is not there. @throws `volume.*` */
export async function extendVolume(
  deps: VolumeDeps,
  context: RequestContext,
  volume: VolumeId,
  size: GiB,
): Promise<void> {
  await whileNobodyElse(deps, context, volume, async (row) => {
    if (row.size === size) return
    if (!Number.isInteger(size) || size < row.size)
      throw volumeErrors.invalid({ what: `it has ${row.size} GiB, and only grows.` })
    if (!CHANGEABLE.includes(row.status)) throw volumeErrors.conflict({ volume, what: `is ${row.status}` })
    const file = await deps.folders.volumes.open(volume, 'write')
    if (file === null) throw fileErrors.unsafe({}, { detail: { file: volume, what: 'it is not there' } })
    try {
      await file.truncate(bytesOf(gib(size)))
      await file.sync()
    } finally {
      await file.close()
    }
    deps.failPoint('volume.extended')
    await deps.records.write(async (tx) => {
      const now = await volumeRow(tx, volume)
      if (now?.draft === row.draft && now !== null) await changeVolume(tx, now, { size })
    })
  })
}
