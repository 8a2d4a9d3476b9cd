// The door of @novakit/http-kit: what every HTTP face shares.

export { answer, jsonAnswer, type Content, type HeaderFields } from './answer.ts'
export { byToken, noauth2, type Authenticate } from './authenticate.ts'
export { withCors, type CorsOptions } from './cors.ts'
export type { ConnectionInfo, FetchHandler } from './fetch-handler.ts'
export {
  isAtLeast,
  microversion,
  negotiate,
  VERSION_HEADER,
  versionText,
  type Microversion,
  type Negotiated,
  type VersionRange,
} from './microversion.ts'
export { globalRequestId, newRequestId, requestIdHeader } from './request-id.ts'
export { bytesOf } from './request-bytes.ts'
export { router, type Match, type PathParams, type Route, type Router } from './router.ts'
export { serve, type HttpServer, type ServeOptions } from './serve.ts'
export { reasonOf, statusOf } from './status.ts'
export { stopOnSignal } from './stop-on-signal.ts'
