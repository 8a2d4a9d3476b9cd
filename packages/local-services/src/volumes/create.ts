import { id, volumeErrors, type NewVolume, type RequestContext, type Volume, type VolumeId } from '@novakit/core'
import { changeVolume, volumeOf, volumeRow } from './queries.ts'
import { contentOf, makeFile, type Content } from './content.ts'
import { tables } from '../records/records.ts'
import type { VolumeDeps } from './deps.ts'
import type { VolumeRow } from './tables.ts'

const LARGEST_GIB = 16 * 1024

/**
 * A volume is there when its file is whole; what dies before leaves nothing, and the same key then begins again.
 * @throws `volume.invalid`; `volume.unreachable` while another process makes it; what its content throws
 */
export async function createVolume(
  deps: VolumeDeps,
  context: RequestContext,
  volume: NewVolume,
  key: string,
): Promise<Volume> {
  check(volume)
  const content = await contentOf(deps, context, volume)
  const draft = deps.drafts.newName()
  const row = await begin(deps, context, volume, content, { key, draft })
  if (row.status !== 'creating') return volumeOf(row)
  if (row.draft !== draft) throw volumeErrors.unreachable({ volume: row.id })
  const { making, volumes } = deps.folders
  try {
    deps.failPoint('volume.begun')
    await makeFile(deps, context, draft, content)
    deps.failPoint('volume.made')
    await volumes.take(making, draft, row.id)
    deps.failPoint('volume.moved')
    const done = await deps.records.write((tx) => changeVolume(tx, row, { status: 'available', draft: null }))
    if (!done) throw volumeErrors.not_found({ volume: row.id })
  } catch (error) {
    await making.remove(draft)
    await dropUnfinished(deps, row)
    throw error
  }
  return volumeOf({ ...row, status: 'available' })
}

function check({ size, name, type }: NewVolume): void {
  const wrong = (what: string): Error => volumeErrors.invalid({ what })
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_GIB)
    throw wrong(`its size must be 1 to ${LARGEST_GIB} GiB.`)
  if (!/^[^\p{Cc}\p{Cs}]{0,255}$/u.test(name))
    throw wrong('its name must have at most 255 characters, none of them a control character.')
  if (type !== null && type !== 'file') throw wrong('there is one type of volumes, file.')
}

async function begin(
  { records, ids, drafts }: VolumeDeps,
  { project }: RequestContext,
  { name }: NewVolume,
  { size, bootable }: Content,
  { key, draft }: { readonly key: string; readonly draft: string },
): Promise<VolumeRow> {
  const known = await records.read((tx) =>
    tables(tx)
      .selectFrom('volume')
      .selectAll()
      .where('owner', '=', project)
      .where('create_key', '=', key)
      .executeTakeFirst(),
  )
  const abandoned = known?.status === 'creating' && known.draft !== null && !(await drafts.isAlive(known.draft))
  return records.write(async (tx) => {
    if (known !== undefined && abandoned) await changeVolume(tx, known, { draft, size, bootable: Number(bootable) })
    const there = await tables(tx)
      .selectFrom('volume')
      .selectAll()
      .where('owner', '=', project)
      .where('create_key', '=', key)
      .executeTakeFirst()
    if (there !== undefined) return there
    const status = 'creating' as const
    const row = {
      id: ids.uuid(),
      name,
      owner: project,
      size,
      status,
      bootable: Number(bootable),
      create_key: key,
      draft,
    }
    await tables(tx).insertInto('volume').values(row).execute()
    return row
  })
}

/** The row goes first: a file without one is swept. A commit may have been carried out although it failed. */
async function dropUnfinished({ records, folders }: VolumeDeps, row: VolumeRow): Promise<void> {
  const there = await records.write(async (tx) => {
    const mine = tables(tx).deleteFrom('volume').where('id', '=', row.id).where('status', '=', 'creating')
    await mine.where('draft', 'is', row.draft).execute()
    return volumeRow(tx, row.id)
  })
  if (there === null) await folders.volumes.remove(row.id)
}

/** Absent is fine. @throws `volume.conflict` while a server has it */
export async function deleteVolume(deps: VolumeDeps, context: RequestContext, volume: VolumeId): Promise<void> {
  const { records, folders, failPoint } = deps
  const doomed = await records.write(async (tx) => {
    const row = await volumeRow(tx, volume)
    if (row === null || (row.owner !== context.project && !context.roles.includes('admin'))) return null
    if (row.status === 'deleting') return row
    if (row.status !== 'available' && row.status !== 'error')
      throw volumeErrors.conflict({ volume, what: `is ${row.status}` })
    if (!(await changeVolume(tx, { ...row, draft: null }, { status: 'deleting' }))) {
      throw volumeErrors.conflict({ volume, what: 'is being changed' })
    }
    return row
  })
  if (doomed === null) return
  failPoint('volume.doomed')
  await folders.volumes.remove(doomed.id)
  failPoint('volume.removed')
  await records.write((tx) =>
    tables(tx)
      .deleteFrom('volume')
      .where('id', '=', id<VolumeId>(doomed.id))
      .where('status', '=', 'deleting')
      .execute(),
  )
}
