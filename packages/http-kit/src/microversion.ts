/** `major.minor`, compared as numbers. */
export interface Microversion {
  readonly major: number
  readonly minor: number
}

/** What a face speaks. */
export interface VersionRange {
  /** As in the header: `placement`, `compute`. */
  readonly service: string
  readonly min: Microversion
  readonly max: Microversion
  /** The header that carries a bare version; Nova's `x-openstack-nova-api-version`. */
  readonly legacyHeader?: string
}

export type Negotiated =
  | { readonly kind: 'agreed'; readonly version: Microversion }
  /** No version number: 400. */
  | { readonly kind: 'malformed'; readonly asked: string }
  /** A version that is not spoken here: 406. */
  | { readonly kind: 'unacceptable'; readonly asked: string }

/** The header that names the version of each service in one list. */
export const VERSION_HEADER = 'openstack-api-version'

const number = /^(0|[1-9]\d*)\.(0|[1-9]\d*)$/

export function microversion(text: string): Microversion {
  const parsed = parse(text)
  if (parsed === null) throw new TypeError(`${text} is not a version of the form MAJOR.MINOR.`)
  return parsed
}

export function versionText({ major, minor }: Microversion): string {
  return `${major}.${minor}`
}

export function isAtLeast(version: Microversion, { major, minor }: Microversion): boolean {
  return version.major !== major ? version.major > major : version.minor >= minor
}

/**
 * The version that a request is answered in: the oldest unless it asks for one, and the newest for `latest`. Of several
 * services in the header only the own one counts; where it is named twice, the last one does.
 */
export function negotiate(range: VersionRange, headers: Headers): Negotiated {
  const asked = askedVersion(range, headers)
  if (asked === null) return { kind: 'agreed', version: range.min }
  if (asked === 'latest') return { kind: 'agreed', version: range.max }
  const version = parse(asked)
  if (version === null) return { kind: 'malformed', asked }
  const spoken = isAtLeast(version, range.min) && isAtLeast(range.max, version)
  return spoken ? { kind: 'agreed', version } : { kind: 'unacceptable', asked }
}

function askedVersion({ service, legacyHeader }: VersionRange, headers: Headers): string | null {
  let asked: string | null = null
  for (const entry of (headers.get(VERSION_HEADER) ?? '').split(',')) {
    const words = entry.trim().split(/\s+/)
    if (words[0]?.toLowerCase() === service) asked = words.slice(1).join(' ').toLowerCase()
  }
  return asked ?? (legacyHeader === undefined ? null : headers.get(legacyHeader))
}

function parse(text: string): Microversion | null {
  const [, major, minor] = number.exec(text) ?? []
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) }
}
