import { answer } from './answer.ts'
import type { FetchHandler } from './fetch-handler.ts'

export interface CorsOptions {
  /** Whole origins, such as `https://dashboard.example`. `*` allows every one. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly string[]
  /** Beside those that browsers send without asking. */
  readonly allowedHeaders: readonly string[]
  readonly exposedHeaders: readonly string[]
  readonly maxAgeSeconds: number
}

/** Headers that may always be sent (Fetch standard, "CORS-safelisted request-header"). */
const SAFE = [
  'accept',
  'accept-language',
  'content-type',
  'cache-control',
  'content-language',
  'expires',
  'last-modified',
  'pragma',
]

/**
 * Lets pages of other origins in. A preflight is answered here and needs no token; an origin that is not allowed gets
 * the answer without the headers that would let its page read it.
 */
export function withCors(handler: FetchHandler, options: CorsOptions): FetchHandler {
  return async (request, connection) => {
    const origin = request.headers.get('origin')
    if (origin === null) return handler(request, connection)
    const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
    if (isPreflight) return preflight(request, origin, options)
    const response = await handler(request, connection)
    if (isAllowed(origin, options)) {
      response.headers.append('vary', 'Origin')
      response.headers.set('access-control-allow-origin', origin)
      response.headers.set('access-control-allow-credentials', 'true')
      if (options.exposedHeaders.length > 0) {
        response.headers.set('access-control-expose-headers', options.exposedHeaders.join(','))
      }
    }
    return response
  }
}

function preflight({ headers }: Request, origin: string, options: CorsOptions): Response {
  const method = headers.get('access-control-request-method') ?? ''
  const asked = namesIn(headers.get('access-control-request-headers') ?? '')
  const known = new Set([...SAFE, ...options.allowedHeaders.map((name) => name.toLowerCase())])
  const allowed =
    isAllowed(origin, options) &&
    options.allowedMethods.includes(method) &&
    asked.every((name) => known.has(name.toLowerCase()))
  if (!allowed) return answer(200, null)
  return answer(200, null, {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': method,
    'access-control-max-age': String(options.maxAgeSeconds),
    ...(asked.length === 0 ? {} : { 'access-control-allow-headers': asked.join(',') }),
  })
}

function isAllowed(origin: string, { allowedOrigins }: CorsOptions): boolean {
  return allowedOrigins.includes(origin) || allowedOrigins.includes('*')
}

function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name.length > 0)
}
