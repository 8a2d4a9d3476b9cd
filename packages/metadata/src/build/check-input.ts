import type { FirstBootInput } from '@novakit/core/vocabulary'
import { wrongNetworks } from './check-networks.ts'
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
  return (
    wrongNames(input) ??
    wrongNumbers(input) ??
    wrongNetworks(input) ??
    wrongUserData(input) ??
    wrongFiles(input, limits) ??
    wrongVendorData(input)
  )
}

/** Nova's default quota of a user; a server of Nova has one. */
const MOST_KEYS = 100
const SEED_BYTES = 512

function wrongNumbers({ hostname, launchIndex, keys, randomSeed, dedicatedCpus = [] }: FirstBootInput): string | null {
  if (hostname === '' || hostname.length > 255) return 'the host name must have 1 to 255 characters'
  if (!isCount(launchIndex)) return 'the launch index must be a whole number, 0 or more'
  if (!dedicatedCpus.every(isCount)) return 'the dedicated processors must be whole numbers, 0 or more'
  if (keys.length > MOST_KEYS) return `it has ${keys.length} keys, and may have ${MOST_KEYS}`
  if (randomSeed !== null && randomSeed.length > SEED_BYTES) {
    return `the random seed has ${randomSeed.length} bytes, and may have ${SEED_BYTES}`
  }
  return null
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
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
    id: [input.server, input.project, input.user, input.image?.id ?? '', ...Object.values(input.ec2 ?? {})],
    'name of the flavor': [input.flavor.name],
    'name of a disk': Object.entries(input.blockDeviceNames ?? {}).flat(),
    'id of a link': (input.links ?? []).map(({ id }) => id),
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
  if (isTooDeep(vendorData)) return `the vendor data is nested deeper than ${DEEPEST} levels`
  return isJson(vendorData) ? null : 'the vendor data has something in it that JSON has no word for'
}

/** Of a value that is not too deep. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'object' && Object.values(value).every(isJson)
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
