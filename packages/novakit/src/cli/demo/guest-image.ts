import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { demoErrors } from './errors.ts'

export interface GuestImage {
  readonly file: string
  readonly name: string
  readonly format: 'raw' | 'qcow2' | 'iso'
}

/** Where a checkout of the repository has the recipe of a small guest; packages as published have none. */
const recipe = fileURLToPath(new URL('../../../../../tools/guests/', import.meta.url))

/** The given image, or a small guest that is built once. @throws `demo.no_image`, `demo.no_guest` */
export async function guestImage(given: string | null): Promise<GuestImage> {
  if (given !== null) {
    const file = path.resolve(given)
    await access(file).catch((cause: unknown) => {
      throw demoErrors.no_image({ file }, { cause })
    })
    return { file, name: path.basename(file), format: formatOf(file) }
  }
  try {
    const run = promisify(execFile)
    await run(path.join(recipe, 'install'), ['check', 'disk'])
    const { stdout } = await run(path.join(recipe, 'disk'), ['guest.stay'])
    return { file: stdout.trim(), name: 'tiny-guest', format: 'raw' }
  } catch (cause) {
    throw demoErrors.no_guest({}, { cause })
  }
}

/** As the name says; the image store looks into the file and refuses what is something else. */
function formatOf(file: string): GuestImage['format'] {
  switch (path.extname(file)) {
    case '.qcow2':
    case '.img':
      return 'qcow2'
    case '.iso':
      return 'iso'
    default:
      return 'raw'
  }
}
