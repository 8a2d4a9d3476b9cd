import { isNovakitError, type NovakitError } from '@novakit/core/vocabulary'
import { libvirtErrors } from '../errors.ts'
import { errorCodes, errorDomains, type LibvirtCode } from './error-codes.ts'
import type { RemoteError } from './remote-error.ts'

/** The operator's part of an error that libvirt answered. */
export interface LibvirtDetail {
  readonly libvirt: LibvirtCode | 'unknown'
  readonly code: number
  readonly from: string
  readonly procedure: string
  /** libvirt's own sentence. It may name paths and hosts, so it is not for tenants. */
  readonly text: string
}

/** What libvirt answered, as an error of this package. */
export function thrownFor(error: RemoteError, procedure: string): NovakitError {
  const text = error.message ?? ''
  if (isUnknownProcedure(error)) return libvirtErrors.too_old({ what: procedure }, { detail: { text } })
  const [name, meaning] = entryOf(error.code)
  const detail: LibvirtDetail = {
    libvirt: name,
    code: error.code,
    from: errorDomains[error.domain] ?? String(error.domain),
    procedure,
    text,
  }
  return libvirtErrors[meaning]({ what: text } as never, { detail })
}

/** libvirt's own code of a thrown value, null where it is none of its errors. */
export function libvirtCodeOf(thrown: unknown): LibvirtCode | 'unknown' | null {
  if (!isNovakitError(thrown)) return null
  const { detail } = thrown
  return typeof detail === 'object' && detail !== null && 'libvirt' in detail ? (detail as LibvirtDetail).libvirt : null
}

function entryOf(code: number): (typeof errorCodes)[keyof typeof errorCodes] | readonly ['unknown', 'failed'] {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as keyof typeof errorCodes] : ['unknown', 'failed']
}

/** There is no code of its own for this: the daemon says it in words, as an error of RPC. */
function isUnknownProcedure({ code, message }: RemoteError): boolean {
  return code === 39 && /unknown procedure|Cannot find program/i.test(message ?? '')
}
