import type { ErrorKind } from '@novakit/core/vocabulary'

const byKind: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  over_quota: 403,
  too_large: 413,
  unsupported: 400,
  unavailable: 503,
  internal: 500,
}

/** The one place where a kind of error becomes a status. */
export function statusOf(kind: ErrorKind): number {
  return byKind[kind]
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  411: 'Length Required',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
}

/** What stands beside the number, as OpenStack's services write it. */
export function reasonOf(status: number): string {
  return reasons[status] ?? 'Unknown'
}
