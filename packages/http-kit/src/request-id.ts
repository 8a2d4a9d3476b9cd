import { id, type Ids, type RequestId } from '@novakit/core/vocabulary'

const REQUEST_ID = 'x-openstack-request-id'

export function newRequestId(ids: Ids): RequestId {
  return id<RequestId>(`req-${ids.uuid()}`)
}

/** Every answer tells the number under which the log knows it. */
export function requestIdHeader(requestId: RequestId): Readonly<Record<string, string>> {
  return { [REQUEST_ID]: requestId }
}

const GLOBAL_ID = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id that another service gave for one request that crosses several. What does not look like one is left out. */
export function globalRequestId(headers: Headers): string | undefined {
  const given = headers.get('x-openstack-request-id')
  return given !== null && GLOBAL_ID.test(given) ? given : undefined
}
