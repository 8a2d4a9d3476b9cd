import type { FileHandle } from 'node:fs/promises'
import { imageErrors, type DiskFormat, type Image, type ImageHost, type ImageId, type LocalImage } from '@novakit/core'
import { chunksOf } from '../files/sparse.ts'
import { conversion } from './convert.ts'
import { fileErrors } from '../files/errors.ts'
import { imageRow } from './queries.ts'
import { inspectFile } from './inspect-file.ts'
import { judge, type Inspection } from '../inspect/index.ts'
import { hostLimitsOf, type ImageDeps } from './deps.ts'
import { receive } from './receive.ts'
import { openOurs } from '../files/sealed-folder.ts'
import type { ImageRow } from './tables.ts'
import { upload } from './upload.ts'

/** Images as files that a hypervisor of this machine starts from. Nothing of what the control half said is believed. */
export function imageHost(deps: ImageDeps): ImageHost {
  const { records, folders } = deps
  const fetching = new Map<string, Promise<LocalImage>>()
  return {
    fetch: async ({ id: image }: Image, signal) => {
      signal?.throwIfAborted()
      const row = await records.read((tx) => imageRow(tx, image))
      if (row === null || row.status === 'deleted') throw imageErrors.not_found({ image })
      if (row.status !== 'active') throw imageErrors.not_active({ image, status: row.status })
      const under = fetching.get(image) ?? fetchRow(deps, row).finally(() => fetching.delete(image))
      fetching.set(image, under)
      return until(under, signal)
    },
    upload: async (image, path, format, key, signal) => {
      const file = await openOurs(path)
      if (file === null) throw fileErrors.unsafe({}, { detail: { file: path, what: 'it is not there' } })
      try {
        await upload(deps, image, chunksOf(file), { key, format, ...(signal === undefined ? {} : { signal }) })
      } finally {
        await file.close()
      }
    },
    trim: async (inUse) => {
      const kept = new Set<string>([...inUse, ...fetching.keys()])
      for (const name of await folders.cache.list()) {
        if (!kept.has(name.split('.')[0] ?? '')) await folders.cache.remove(name)
      }
    },
  }
}

/** Others wait for the same file: one who gives up takes it from nobody. */
function until<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

async function fetchRow(deps: ImageDeps, row: ImageRow): Promise<LocalImage> {
  const { cache } = deps.folders
  const format = deps.options.hostFormats.includes(row.format) ? row.format : deps.options.convertTo
  const name = `${row.id}.${format}`
  const cached = await cache.open(name)
  if (cached === null) await make(deps, row, format, name)
  else await using(cached, (file) => accept(deps, file, row, format))
  return { image: row.id as ImageId, path: cache.pathOf(name), format }
}

/** In drafts until it is whole; the bytes are those that were uploaded before anything is made of them. */
async function make(deps: ImageDeps, row: ImageRow, format: DiskFormat, name: string): Promise<void> {
  const { folders, drafts, failPoint } = deps
  const [copy, converted] = [drafts.newName(), drafts.newName()]
  try {
    const { virtualSize } = await copyOf(deps, row, copy)
    failPoint('fetch.copied')
    const whole = format === row.format ? copy : converted
    if (whole === converted) await convert(deps, row, { copy, converted, virtualSize })
    failPoint('fetch.made')
    await folders.cache.take(folders.making, whole, name)
    failPoint('fetch.moved')
  } finally {
    for (const draft of [copy, converted]) await folders.making.remove(draft)
  }
}

async function copyOf(deps: ImageDeps, row: ImageRow, copy: string): Promise<Inspection> {
  const { folders, options } = deps
  const image = row.id
  const stored = await folders.files.open(row.file ?? image)
  if (stored === null) throw imageErrors.unreachable({ image }, { detail: { missing: row.file } })
  return using(stored, async (from) =>
    using(await folders.making.create(copy), async (to) => {
      const { sha512 } = await receive(to, chunksOf(from), { image, most: options.largest, checksums: ['sha512'] })
      if (sha512 !== row.sha512)
        throw imageErrors.refused({ image, why: 'its bytes are not those that were uploaded.' })
      return accept(deps, to, row, row.format)
    }),
  )
}

interface Drafts {
  readonly copy: string
  readonly converted: string
  readonly virtualSize: number | null
}

async function convert(deps: ImageDeps, row: ImageRow, { copy, converted, virtualSize }: Drafts): Promise<void> {
  const { making } = deps.folders
  const into = deps.options.convertTo
  // Made by us, so that it is nobody else's to read.
  await (await making.create(converted)).close()
  const [from, to] = [making.pathOf(copy), making.pathOf(converted)]
  await deps.run(conversion({ from, format: row.format, to, into, virtualSize: virtualSize ?? 0 }))
  const made = await making.open(converted, 'write')
  if (made === null) throw fileErrors.unsafe({}, { detail: { file: to, what: 'the conversion left no file' } })
  await using(made, async (file) => {
    await accept(deps, file, row, into)
    await file.sync()
  })
}

/** @throws `image.refused` */
async function accept(deps: ImageDeps, file: FileHandle, row: ImageRow, format: DiskFormat): Promise<Inspection> {
  const inspection = await inspectFile(file)
  const fault = judge(inspection, format, hostLimitsOf(deps.options))
  if (fault !== null) throw imageErrors.refused({ image: row.id, why: `${fault.what}.` }, { detail: fault })
  return inspection
}

async function using<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}
