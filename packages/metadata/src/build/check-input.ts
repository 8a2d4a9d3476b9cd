import type { FirstBootInput } from '@novakit/core/vocabulary'
import { fitsAsUserData, MOST_USER_DATA } from './user-data-limit.ts'

/** Nova's quotas for injected files (`injected_files`, `injected_file_content_bytes`, `injected_file_path_bytes`). */
export interface FileLimits {
  readonly files: number
  readonly bytes: number
  readonly pathBytes: number
}

export const usualFileLimits: FileLimits = { files: 5, bytes: 10_240, pathBytes: 255 }

/** Folders of the guest's kernel. */
const SPECIAL: readonly string[] = ['proc', 'sys', 'dev']

const PRINTED = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u
/** Vendor data deeper than that is a mistake or an attack on whoever reads it. */
const DEEPEST = 100

/** What must not reach a guest, as the end of a sentence about the input. Null: all is well. */
export function wrongInput(input: FirstBootInput, limits: FileLimits = usualFileLimits): string | null {
  return wrongNames(input) ?? wrongUserData(input) ?? wrongFiles(input, limits) ?? wrongVendorData(input)
}

function wrongUserData({ userData }: FirstBootInput): string | null {
  if (userData === null || fitsAsUserData(userData)) return null
  return `the user data has ${userData.length} bytes, and may have ${MOST_USER_DATA}`
}

/** What ends up as a line of something: a list, a host name, a device. Metadata is data, and may be anything. */
function wrongNames(input: FirstBootInput): string | null {
  const lines: Readonly<Record<string, readonly string[]>> = {
    'host name': [input.hostname],
    reservation: [input.reservation],
    zone: [input.zone ?? ''],
    'name of a key pair': input.keys.map(({ name }) => name),
    'name of a security group': input.securityGroups ?? [],
    'device of a NIC': input.nics.map(({ device }) => device),
    'address of a NIC': input.nics.flatMap(({ mac, fixedIps }) => [mac, ...fixedIps.map(({ address }) => address)]),
    'name server': input.nics.flatMap(({ fixedIps }) => fixedIps.flatMap(({ dns }) => dns)),
  }
  const wrong = Object.entries(lines).find(([, values]) => !values.every((value) => PRINTED.test(value)))
  return wrong === undefined ? null : `the ${wrong[0]} has a line break or another control character in it`
}

function wrongFiles({ files }: FirstBootInput, limits: FileLimits): string | null {
  if (files.length > limits.files) return `${files.length} files are to be injected, and may be ${limits.files}`
  for (const [index, { path, content }] of files.entries()) {
    const wrong = wrongPath(path, limits)
    if (wrong !== null) return `the path of injected file ${index + 1} ${wrong}`
    if (content.length > limits.bytes) {
      return `injected file ${index + 1} has ${content.length} bytes, and may have ${limits.bytes}`
    }
  }
  return null
}

/** Nobody here follows the path; guests do, as root, and some of them naively. */
function wrongPath(path: string, { pathBytes }: FileLimits): string | null {
  if (path === '' || Buffer.byteLength(path) > pathBytes) return `must have 1 to ${pathBytes} bytes`
  if (!PRINTED.test(path)) return 'has a control character in it'
  const [first, ...rest] = path.split('/').filter((step) => step !== '' && step !== '.')
  if (first === '..' || rest.includes('..')) return 'leads upwards'
  if (first === undefined || /(^|\/)\.?$/.test(path)) return 'names a folder'
  return rest.length > 0 && SPECIAL.includes(first) ? 'leads out of the guest’s own files' : null
}

function wrongVendorData({ vendorData }: FirstBootInput): string | null {
  return isTooDeep(vendorData) ? `the vendor data is nested deeper than ${DEEPEST} levels` : null
}

/** Level by level, so that no depth overflows the stack. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}
