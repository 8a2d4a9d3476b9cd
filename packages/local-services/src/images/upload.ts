import { imageErrors, isNovakitError, problemOf, type DiskFormat } from '@novakit/core'
import { change, imageRow } from './queries.ts'
import { inspectFile } from './inspect-file.ts'
import { judge } from '../inspect/index.ts'
import { limitsOf, type ImageDeps } from './deps.ts'
import { receive, type ChecksumAlgorithm, type Received } from './receive.ts'
import type { Source } from '../files/sparse.ts'

export interface UploadOptions {
  /** What the bytes must hash to, in hex. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string }
  /** Of a snapshot: the same upload again sends nothing twice. */
  readonly key?: string
  /** Of a snapshot, whose host knows best. */
  readonly format?: DiskFormat
  readonly signal?: AbortSignal
}

interface Upload {
  readonly image: string
  readonly draft: string
  readonly file: string
  readonly format: DiskFormat
}

/**
 * Takes in the bytes of a queued image. It is active when this resolves, and queued as before when the source fails or the
 * process dies at any moment; what is refused is killed, and the id is used up.
 * @throws `image.conflict` when it is not queued; `image.too_large`, `image.refused`
 */
export async function upload(deps: ImageDeps, image: string, source: Source, options: UploadOptions): Promise<void> {
  const begun = await begin(deps, image, options)
  if (begun === null) return
  try {
    const received = await takeIn(deps, begun, source, options)
    await finish(deps, begun, received, options.key ?? null)
  } catch (error) {
    await giveUp(deps, begun, error)
    throw error
  }
}

/** The row says who uploads, before there is a file. Null: the upload of that key is done. */
async function begin(deps: ImageDeps, image: string, { key, format }: UploadOptions): Promise<Upload | null> {
  const draft = deps.drafts.newName()
  const file = `${image}.${deps.ids.uuid()}`
  return deps.records.write(async (tx) => {
    const row = await imageRow(tx, image)
    if (row === null || row.status === 'deleted') throw imageErrors.not_found({ image })
    if (row.status === 'active' && key !== undefined && row.upload_key === key) return null
    const final = format ?? row.format
    const begun = await change(tx, { id: image, status: 'queued' }, { status: 'saving', draft, file, format: final })
    if (!begun) throw imageErrors.conflict({ image, what: `is ${row.status}: only a queued image takes bytes` })
    return { image, draft, file, format: final }
  })
}

type Checked = Received & { readonly virtualSize: number | null }

const ALL: readonly ChecksumAlgorithm[] = ['md5', 'sha256', 'sha512']

async function takeIn(deps: ImageDeps, upload: Upload, source: Source, options: UploadOptions): Promise<Checked> {
  const { folders, failPoint } = deps
  const { image, draft, format } = upload
  failPoint('upload.begun')
  const file = await folders.incoming.create(draft)
  try {
    const most = deps.options.largest
    const received = await receive(file, source, { image, most, checksums: ALL, signal: options.signal })
    failPoint('upload.received')
    const { checksum } = options
    if (checksum !== undefined && received[checksum.algorithm] !== checksum.value.toLowerCase()) {
      throw imageErrors.refused({ image, why: `its ${checksum.algorithm} is not what was announced.` })
    }
    const inspection = await inspectFile(file)
    const fault = judge(inspection, format, limitsOf(deps.options))
    if (fault !== null) throw imageErrors.refused({ image, why: `${fault.what}.` }, { detail: fault })
    const { virtualSize } = inspection
    return { ...received, virtualSize }
  } finally {
    await file.close()
  }
}

/** The file has its name before the row says that it is whole; whoever was overtaken finds no row, and takes it back. */
async function finish(deps: ImageDeps, upload: Upload, received: Checked, key: string | null): Promise<void> {
  const { records, folders, failPoint } = deps
  const { image, draft, file } = upload
  await folders.files.take(folders.incoming, draft, file)
  failPoint('upload.moved')
  const { size, md5, sha256, sha512, virtualSize } = received
  const values = {
    status: 'active',
    draft: null,
    size,
    md5,
    sha256,
    sha512,
    virtual_size: virtualSize,
    upload_key: key,
  } as const
  const done = await records.write((tx) => change(tx, { id: image, status: 'saving', draft }, values))
  failPoint('upload.recorded')
  if (!done) throw imageErrors.conflict({ image, what: 'was deleted while it was uploaded' })
}

const REFUSALS: readonly string[] = ['image.refused', 'image.too_large']

async function giveUp({ records, folders }: ImageDeps, { image, draft, file }: Upload, error: unknown): Promise<void> {
  await folders.incoming.remove(draft)
  const refused = isNovakitError(error) && REFUSALS.includes(error.code)
  const values = refused
    ? ({ status: 'killed', draft: null, file: null, fault: problemOf(error).message } as const)
    : ({ status: 'queued', draft: null, file: null } as const)
  const row = await records.write(async (tx) => {
    await change(tx, { id: image, status: 'saving', draft }, values)
    return imageRow(tx, image)
  })
  // A commit may have been carried out although it failed.
  if (row?.file !== file) await folders.files.remove(file)
}
