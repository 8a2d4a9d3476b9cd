/** An answer that is not what was asked for, in the words that clients of Placement know. */
export class Fault extends Error {
  readonly status: number
  /** From microversion 1.23 on clients read this instead of the words. */
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, detail: string, code: string, headers: Readonly<Record<string, string>>) {
    super(detail)
    this.name = 'Fault'
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** The codes of Placement's API. */
export const codes = {
  none: 'placement.undefined_code',
  inventoryInUse: 'placement.inventory.inuse',
  concurrentUpdate: 'placement.concurrent_update',
  duplicateName: 'placement.duplicate_name',
  providerInUse: 'placement.resource_provider.inuse',
  cannotDeleteParent: 'placement.resource_provider.cannot_delete_parent',
  providerNotFound: 'placement.resource_provider.not_found',
  duplicateKey: 'placement.query.duplicate_key',
  badValue: 'placement.query.bad_value',
  missingValue: 'placement.query.missing_value',
} as const

export function fault(
  status: number,
  detail: string,
  code: string = codes.none,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return new Fault(status, detail, code, headers)
}

export const badRequest = (detail: string, code?: string): Fault => fault(400, detail, code)
export const notFound = (detail: string): Fault => fault(404, detail)
export const conflict = (detail: string, code?: string): Fault => fault(409, detail, code)
